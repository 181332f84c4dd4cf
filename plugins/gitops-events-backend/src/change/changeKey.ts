import type { ActionContext } from '@gitops-events/plugin-gitops-events-node';
import type { GitChangeInput } from '@gitops-events/plugin-gitops-events-sensors';

/** Repository and base, and sensor, step, entity and target unless the step names a key. */
export function changeKeyOf(
  context: Pick<ActionContext, 'sensor' | 'stepId' | 'entityRef' | 'target'>,
  input: Pick<GitChangeInput, 'repo' | 'base' | 'key'>,
): string {
  const { sensor, stepId, entityRef, target } = context;
  return JSON.stringify([
    input.repo,
    input.base,
    ...(input.key !== undefined
      ? [input.key]
      : [
          sensor,
          stepId,
          entityRef ?? '',
          target?.environment ?? '',
          target?.cluster ?? '',
          target?.tenant ?? '',
        ]),
  ]);
}
