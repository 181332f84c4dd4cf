import type { Action } from '@gitops-events/plugin-gitops-events-node';
import { z } from 'zod';

/** A sensor of the ingress `registry` that notes the id of each event; `more` is YAML of its `spec`. */
export const noteSensor = (more = '') => `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: note, owner: 'group:default/platform' }
spec:
  mode: auto
  dependencies:
    - { name: pushed, ingress: registry, type: io.example.pushed }
  title: Note \${{ event.id }}
  steps:
    - { id: note, action: 'test:note', input: { id: '\${{ event.id }}' } }
${more}`;

/** Notes what it is given, and may be done twice. */
export function noteAction(noted: string[]): Action<{ id: string }> {
  return {
    id: 'test:note',
    description: 'Notes what it is given',
    input: z.object({ id: z.string() }),
    safety: 'key',
    run: async (_, { id }) => {
      noted.push(id);
      return { outcome: 'done' };
    },
  };
}
