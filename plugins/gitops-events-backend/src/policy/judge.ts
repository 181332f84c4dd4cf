import type { Verdict } from '@gitops-events/plugin-gitops-events-common';
import type {
  PolicyCheck,
  ProposedChange,
} from '@gitops-events/plugin-gitops-events-node';

export interface JudgeOptions {
  /** Milliseconds that each check may take. */
  deadlineMs: number;
}

/**
 * Asks all checks at once. One that throws or does not answer in time gives
 * `cannot`, which lets no merge through and is asked again later.
 */
export function judge(
  change: ProposedChange,
  checks: readonly PolicyCheck[],
  { deadlineMs }: JudgeOptions,
): Promise<Verdict[]> {
  return Promise.all(checks.map(check => judgeOne(change, check, deadlineMs)));
}

async function judgeOne(
  change: ProposedChange,
  check: PolicyCheck,
  deadlineMs: number,
): Promise<Verdict> {
  let timer: NodeJS.Timeout | undefined;
  const cannot = (reason: string): Verdict => ({
    check: check.name,
    verdict: 'cannot',
    reasons: [reason],
  });
  const deadline = new Promise<Verdict>(resolve => {
    timer = setTimeout(
      () =>
        resolve(
          cannot(
            `It gave no answer within ${deadlineMs} ms; it is asked again.`,
          ),
        ),
      deadlineMs,
    );
  });
  try {
    return await Promise.race([check.check(change), deadline]);
  } catch (error) {
    return cannot(`It failed and is asked again: ${(error as Error).message}`);
  } finally {
    clearTimeout(timer);
  }
}
