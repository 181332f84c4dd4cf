import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import type {
  SyncObservation,
  SyncTracker,
} from '@gitops-events/plugin-gitops-events-node';

/** Sets the tag of the application that an event names, and waits until it is there. One key an application, whatever sensor. */
export const promote = (
  name = 'promote',
  spec: Partial<SensorInput['spec']> = {},
): SensorInput => ({
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name, owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    steps: [
      {
        id: 'bump',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          key: '${{ event.data.app }}',
          edits: [
            {
              kind: 'yaml',
              file: 'apps/${{ event.data.app }}/values.yaml',
              set: { tag: '${{ event.data.tag }}' },
            },
          ],
        },
      },
      { id: 'sync', action: 'sync:wait' },
    ],
    ...spec,
  },
});

export const seedOf = (...apps: string[]) =>
  Object.fromEntries(
    apps.map(app => [`apps/${app}/values.yaml`, 'tag: "0"\nnote: here\n']),
  );

/** Each application follows its folder; what it says of a sync is said to it by the test. */
export class FollowedApps implements SyncTracker {
  readonly name = 'followed';
  /** What is not named here is healthy. */
  readonly says = new Map<
    string,
    Partial<Pick<SyncObservation, 'sync' | 'health'>>
  >();
  private readonly commits = new Map<string, string>();

  constructor(private readonly apps: string[]) {}

  progresses(app: string): void {
    this.says.set(app, { sync: 'syncing', health: 'progressing' });
  }

  async applications() {
    return this.apps.map(app => ({ application: app, path: `apps/${app}` }));
  }
  async request(app: string, commit: string) {
    this.commits.set(app, commit);
  }
  async observe(apps: string[]): Promise<SyncObservation[]> {
    return apps.map(app => ({
      ...{ application: app, path: `apps/${app}` },
      ...{ repository: 'local:deployments', branch: 'main' },
      revision: this.commits.get(app),
      ...{ sync: 'synced', health: 'healthy', ...this.says.get(app) },
      observedAt: Date.now(),
    }));
  }
  watch() {}
}
