import { syncWaitAction } from '@gitops-events/plugin-gitops-events-sensors';
import type { StepRecord } from '../store/runRow';

/** Id of the action that takes a run back. */
export const GIT_REVERT = 'git:revert';

/**
 * The steps of a revert: one for each branch that the run changed, the last one
 * first; then the sync, where the run had waited for one.
 */
export function revertSteps(
  of: readonly StepRecord[],
  changed: readonly string[],
): StepRecord[] {
  const steps = of.filter(({ id }) => changed.includes(id)).reverse();
  const syncs = of.some(
    ({ action, state }) => action === syncWaitAction.id && state === 'done',
  );
  return [
    ...steps.map(({ id }) => stepOf(revertStepId(id), GIT_REVERT)),
    ...(syncs ? [stepOf('sync', syncWaitAction.id)] : []),
  ];
}

/** A revert of a revert is `revert-bump` again: its runs tell which. */
export function revertStepId(of: string): string {
  return of.startsWith('revert-') ? of : `revert-${of}`;
}

function stepOf(id: string, action: string): StepRecord {
  return { id, action, state: 'pending', attempts: 0 };
}
