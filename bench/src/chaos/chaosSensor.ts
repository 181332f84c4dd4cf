import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';

/** Applications that events are about; each is a lane of its own. */
export const applications = 24;

/**
 * Every event leaves two marks in the file of its application: its own id,
 * appended to a list, so that a loss and a second execution can be seen; and
 * its number, written over the one before, so that a wrong order can.
 */
export const chaosSensor = (options: {
  repository: string;
  /** Waits for a tracker to apply it, where there is one. */
  syncs: boolean;
}): SensorInput => ({
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'mark', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [
      { name: 'pushed', ingress: 'registry', type: 'io.registry.*' },
    ],
    title: 'Mark ${{ event.id }}',
    // Its mark is forgotten by a timer, which is a place to be killed at.
    dedupe: { key: 'event.id', for: '1s' },
    steps: [
      {
        id: 'mark',
        action: 'git:change',
        input: {
          repo: options.repository,
          key: '${{ event.id }}',
          edits: [
            {
              kind: 'yaml',
              file: 'apps/${{ event.subject }}/values.yaml',
              set: {
                latest: '${{ event.data.n }}',
                'applied[+]': '${{ event.id }}',
              },
            },
          ],
          coalesce: { within: '500ms' },
        },
      },
      ...(options.syncs ? [{ id: 'sync', action: 'sync:wait' }] : []),
    ],
  },
});

/** An event, known by the application it is about and its number there. */
export interface SentEvent {
  application: number;
  n: number;
}

export function eventId({ application, n }: SentEvent): string {
  return `push-${application}-${n}`;
}

/** Structured JSON, as the format of CloudEvents has it. */
export function cloudEvent(event: SentEvent): object {
  return {
    specversion: '1.0',
    id: eventId(event),
    source: '/registry/chaos',
    type: 'io.registry.artifact.pushed',
    subject: `app-${event.application}`,
    datacontenttype: 'application/json',
    data: { n: event.n },
  };
}
