import { decideMerge } from '../change/mergeDecision';
import type { Run } from '../store/runRow';
import type { RehearsedChange } from './rehearseChange';

/** Whom or what a proposed change would wait for, as its page would say; undefined when it merges at once. */
export function waitsFor(
  run: Pick<Run, 'mode'>,
  change: Pick<
    RehearsedChange,
    'diff' | 'verdicts' | 'mergesItself' | 'approvalsNeeded'
  >,
): string | undefined {
  const { diff, verdicts, mergesItself, approvalsNeeded } = change;
  if (run.mode === 'observe' || diff.length === 0) return undefined;
  const decided = decideMerge({
    change: { mode: run.mode, approvalsNeeded },
    revision: { verdicts, mergesItself },
    approvals: 0,
  });
  return decided.decision === 'wait' ? decided.reason.message : undefined;
}
