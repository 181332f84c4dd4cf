import { syncWaitAction } from '@gitops-events/plugin-gitops-events-sensors';
import type { Run, StepRecord } from '../store/runRow';

/** Id of the action that takes a run back. */
export const GIT_REVERT = 'git:revert';

/**
 * The steps of a revert: one for each step that is taken back, in that order; then
 * the sync, where the run had waited for one.
 */
export function revertSteps(
  of: Pick<Run, 'steps' | 'scope'>,
  changed: readonly string[],
): StepRecord[] {
  const syncs = of.steps.some(
    ({ action, state }) => action === syncWaitAction.id && state === 'done',
  );
  return [
    ...changed.map(id => stepOf(revertStepId(of, id), GIT_REVERT)),
    ...(syncs ? [stepOf('sync', syncWaitAction.id)] : []),
  ];
}

/** A revert of a revert is `revert-bump` again: its runs tell which. */
export function revertStepId(
  { scope }: Pick<Run, 'scope'>,
  id: string,
): string {
  return scope.revert ? id : `revert-${id}`;
}

function stepOf(id: string, action: string): StepRecord {
  return { id, action, state: 'pending', attempts: 0 };
}
