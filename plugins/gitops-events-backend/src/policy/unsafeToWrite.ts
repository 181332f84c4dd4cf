import type {
  Reason,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';
import { sayAll } from './deniedBy';

/** Why nothing may be written, not even a branch: a check that guards every write could not tell. */
export function unsafeToWrite(
  checks: readonly PolicyCheck[],
  verdicts: Verdict[],
): Reason | undefined {
  const guards = checks.filter(({ guards: what }) => what === 'commit');
  const open = verdicts.filter(
    ({ check, verdict }) =>
      verdict === 'cannot' && guards.some(({ name }) => name === check),
  );
  if (open.length === 0) return undefined;
  return {
    code: 'policyUnanswered',
    message: `Nothing is written before this check has answered. ${sayAll(open, 'cannot')} Release it to have it judged again.`,
    detail: { verdicts },
  };
}
