import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';

/**
 * A sensor of one step that changes files of `local:deployments`.
 *
 * @param input - of its step, beside the repository
 */
export function changeSensor(
  input: Record<string, unknown>,
  mode: 'auto' | 'propose' = 'auto',
): SensorInput {
  return {
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name: 'promote', owner: 'group:default/platform' },
    spec: {
      mode,
      dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
      steps: [
        {
          id: 'bump',
          action: 'git:change',
          input: { repo: 'local:deployments', ...input },
        },
      ],
    },
  };
}
