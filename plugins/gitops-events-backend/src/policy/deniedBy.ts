import type {
  Reason,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';

/** Why a change is not made, when a check denied it. */
export function deniedBy(verdicts: Verdict[]): Reason | undefined {
  const denied = verdicts.filter(({ verdict }) => verdict === 'deny');
  if (denied.length === 0) return undefined;
  return {
    code: 'policyDenied',
    message: `Policy denied it: ${denied.flatMap(({ reasons }) => reasons).join(' ')}`,
    detail: { verdicts },
  };
}
