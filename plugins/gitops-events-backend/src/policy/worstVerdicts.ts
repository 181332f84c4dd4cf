import {
  combineVerdicts,
  type Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import { shownReasons } from './shownReasons';

/**
 * What each check came to that was asked several times about one change: the
 * worst it said, with every reason for it, and the most approvals it asked for.
 */
export function worstVerdicts(
  ...heard: ReadonlyArray<readonly Verdict[]>
): Verdict[] {
  const byCheck = new Map<string, Verdict[]>();
  for (const verdict of heard.flat()) {
    const before = byCheck.get(verdict.check) ?? [];
    byCheck.set(verdict.check, [...before, verdict]);
  }
  return [...byCheck.values()].map(worstOf);
}

function worstOf(told: Verdict[]): Verdict {
  const kind = combineVerdicts(told);
  const worst = told.filter(({ verdict }) => verdict === kind);
  const [first] = worst;
  if (worst.length === 1) return first;
  const reasons = new Set(worst.flatMap(one => one.reasons));
  const asked = worst.some(({ approvals }) => approvals !== undefined);
  return {
    check: first.check,
    verdict: kind,
    reasons: shownReasons([...reasons]),
    ...(asked && {
      approvals: Math.max(...worst.map(({ approvals = 1 }) => approvals)),
    }),
  };
}
