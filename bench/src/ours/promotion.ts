import type { ReceivedEvent } from '@gitops-events/plugin-gitops-events-backend/src/sources/envelope';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { sampleEvent } from './sampleEvent';

/** An image was pushed: its tag goes into the values of its application, and the tracker applies it. */
export const promotion: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'promote', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [
      { name: 'pushed', ingress: 'registry', type: 'io.registry.*' },
    ],
    title: 'Promote ${{ event.subject }} ${{ event.data.tag }}',
    target: { environment: 'staging' },
    steps: [
      {
        id: 'bump',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          key: '${{ event.subject }}',
          edits: [
            {
              kind: 'yaml',
              file: 'apps/${{ event.subject }}/values.yaml',
              set: { 'image.tag': '${{ event.data.tag }}' },
            },
          ],
          coalesce: { within: '5s' },
        },
      },
      { id: 'sync', action: 'sync:wait' },
    ],
  },
};

export function promotionEvent(application: number, n: number): ReceivedEvent {
  return sampleEvent(n, `app-${application}`);
}
