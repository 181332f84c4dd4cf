import { createExtensionPoint } from '@backstage/backend-plugin-api';
import type { Action } from './action';
import type { EventBroker } from './bus';
import type { ChangeHost } from './changeHost';
import type { EventSource } from './eventSource';
import type { PolicyCheck } from './policy';
import type { SyncTracker } from './syncTracker';
import type { Webhook } from './webhook';

/** What a module can add to the plugin. @public */
export interface GitopsEventsExtensionPoint {
  /** A bus that `gitopsEvents.bus.kind` can name. Only the one named there is started. */
  addBus(bus: EventBroker): void;
  /** A kind that `gitopsEvents.sources.<name>.kind` can name. */
  addEventSource(source: EventSource): void;
  addAction(action: Action<any>): void;
  addChangeHost(host: ChangeHost): void;
  addSyncTracker(tracker: SyncTracker): void;
  addPolicyCheck(check: PolicyCheck): void;
  addWebhook(webhook: Webhook): void;
}

/** @public */
export const gitopsEventsExtensionPoint =
  createExtensionPoint<GitopsEventsExtensionPoint>({ id: 'gitops-events' });
