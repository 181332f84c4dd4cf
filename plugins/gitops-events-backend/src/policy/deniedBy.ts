import {
  combineVerdicts,
  type Reason,
  type Verdict,
} from '@gitops-events/plugin-gitops-events-common';

/** `check: why`, of each verdict of this kind. */
export function sayAll(
  verdicts: readonly Verdict[],
  kind: Verdict['verdict'],
): string {
  return verdicts
    .filter(({ verdict }) => verdict === kind)
    .map(({ check, reasons }) => [`${check}:`, ...reasons].join(' '))
    .join(' ');
}

/** Why a change is not made, when a check denied it; every check's word is in the detail. */
export function deniedBy(verdicts: Verdict[]): Reason | undefined {
  if (combineVerdicts(verdicts) !== 'deny') return undefined;
  return {
    code: 'policyDenied',
    message: `Policy denied it. ${sayAll(verdicts, 'deny')}`,
    detail: { verdicts },
  };
}
