import { ConflictError } from '@backstage/errors';
import type {
  Action,
  ChangeHost,
  EventBroker,
  EventSource,
  GitopsEventsExtensionPoint,
  PolicyCheck,
  SyncTracker,
  Webhook,
} from '@gitops-events/plugin-gitops-events-node';

/** What modules added before the plugin starts. */
export class Extensions implements GitopsEventsExtensionPoint {
  readonly buses: EventBroker[] = [];
  readonly sources: EventSource[] = [];
  readonly actions: Array<Action<any>> = [];
  readonly hosts: ChangeHost[] = [];
  readonly trackers: SyncTracker[] = [];
  readonly checks: PolicyCheck[] = [];
  readonly webhooks: Webhook[] = [];

  addBus(bus: EventBroker): void {
    this.add(
      this.buses,
      bus,
      `the bus ${bus.kind}`,
      one => `the bus ${one.kind}`,
    );
  }

  addEventSource(source: EventSource): void {
    this.add(
      this.sources,
      source,
      `the event source ${source.kind}`,
      one => `the event source ${one.kind}`,
    );
  }

  addAction(action: Action<any>): void {
    this.add(this.actions, action, action.id, one => one.id);
  }

  addChangeHost(host: ChangeHost): void {
    this.add(this.hosts, host, host.name, one => one.name);
  }

  addSyncTracker(tracker: SyncTracker): void {
    this.add(this.trackers, tracker, tracker.name, one => one.name);
  }

  addPolicyCheck(check: PolicyCheck): void {
    this.add(this.checks, check, check.name, one => one.name);
  }

  addWebhook(webhook: Webhook): void {
    this.add(this.webhooks, webhook, webhook.name, one => one.name);
  }

  private add<T>(list: T[], one: T, name: string, nameOf: (one: T) => string) {
    if (list.some(other => nameOf(other) === name)) {
      throw new ConflictError(
        `Two modules bring ${name}. Install one of them.`,
      );
    }
    list.push(one);
  }
}
