import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import { sensorSchema, type Sensor, type SensorInput } from '../schema';

/** A sensor with one dependency and one step, changed by `spec`. */
export function sensorOf(
  spec: Partial<SensorInput['spec']> = {},
  name = 'shop',
): Sensor {
  return sensorSchema.parse({
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name, owner: 'group:default/shop' },
    spec: {
      dependencies: [{ name: 'pushed', type: 'image.pushed' }],
      steps: [{ id: 'sync', action: 'sync:wait' }],
      ...spec,
    },
  });
}

/** An event with a JSON payload. */
export function eventOf(
  data: unknown,
  more: Partial<StoredEvent> = {},
): StoredEvent {
  return {
    uid: '0123456789abcdef0123456789abcdef',
    id: 'e1',
    source: '/registry',
    type: 'image.pushed',
    extensions: {},
    depth: 0,
    ingress: 'registry',
    principal: 'external:registry',
    acceptedAt: 1_000_000,
    data:
      data === undefined
        ? undefined
        : new TextEncoder().encode(JSON.stringify(data)),
    ...more,
  };
}
