import type { Action } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { z } from 'zod';

/** A sensor whose one step does nothing but say that it started. */
export const startSensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'start', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [
      { name: 'pushed', ingress: 'registry', type: 'io.registry.*' },
    ],
    steps: [{ id: 'start', action: 'bench:start' }],
  },
};

/** Tells the id of the event whose step has just started. */
export function startAction(started: (eventId: string) => void): Action {
  return {
    id: 'bench:start',
    description: 'Says that it started.',
    input: z.strictObject({}),
    safety: 'conditional',
    // As of git:change: whoever writes to Git looks for stops, not the step.
    writesOutside: false,
    run: async context => {
      started(context.event.id);
      return { outcome: 'done' };
    },
  };
}
