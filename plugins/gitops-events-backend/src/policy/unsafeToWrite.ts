import type {
  Reason,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';
import { sayAll } from './deniedBy';

/** Whether a check that guards every write did not let it through: then its content is not shown either. */
export function isWithheld(
  checks: readonly PolicyCheck[],
  verdicts: readonly Verdict[],
): boolean {
  return verdicts.some(
    ({ check, verdict }) =>
      (verdict === 'deny' || verdict === 'cannot') && guardsAll(checks, check),
  );
}

function guardsAll(checks: readonly PolicyCheck[], name: string): boolean {
  return checks.some(one => one.name === name && one.guards === 'commit');
}

/** Why nothing may be written, not even a branch: a check that guards every write could not tell. */
export function unsafeToWrite(
  checks: readonly PolicyCheck[],
  verdicts: Verdict[],
): Reason | undefined {
  const open = verdicts.filter(
    ({ check, verdict }) => verdict === 'cannot' && guardsAll(checks, check),
  );
  if (open.length === 0) return undefined;
  return {
    code: 'policyUnanswered',
    message: `Nothing is written before this check has answered. ${sayAll(open, 'cannot')} Release it to have it judged again.`,
    detail: { verdicts },
  };
}
