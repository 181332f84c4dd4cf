import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import { sensorSchema } from '@gitops-events/plugin-gitops-events-sensors';
import type { ActiveSensor } from '..';

/** A sensor that listens to one type, with one step. */
export function activeSensor(
  name: string,
  filter?: string,
  type = 'a.b',
): ActiveSensor {
  const definition = sensorSchema.parse({
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name, owner: 'group:default/team' },
    spec: {
      dependencies: [{ name: 'it', type, filter }],
      params: { subject: '${{ event.subject }}' },
      steps: [
        {
          id: 'wait',
          action: 'sync:wait',
          input: { application: 'app-${{ params.subject }}' },
        },
      ],
    },
  });
  return { name, revision: 3, definition };
}

export function storedEvent(
  uid: string,
  data: unknown,
  type = 'a.b',
): StoredEvent {
  return {
    uid,
    id: uid,
    source: 'test',
    type,
    subject: 's',
    extensions: {},
    depth: 0,
    ingress: 'test',
    principal: 'external:test',
    acceptedAt: 0,
    data: new TextEncoder().encode(JSON.stringify(data)),
  };
}
