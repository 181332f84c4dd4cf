import type { Verdict } from '@gitops-events/plugin-gitops-events-common';
import { backoff, type RetryPolicy } from '../pipeline/retryPolicy';
import type { ChangeRevision } from '../store/changeRow';

const pauses: Pick<RetryPolicy, 'backoffMs' | 'maxBackoffMs'> = {
  backoffMs: 5_000,
  maxBackoffMs: 600_000,
};

/**
 * When a check that could not tell is asked again: after pauses that grow to ten minutes;
 * never, once all could.
 *
 * @param before - how often in a row it could not tell until now
 */
export function judgedNext(
  verdicts: readonly Verdict[],
  before: number,
  now: number,
): Pick<ChangeRevision, 'unjudged' | 'judgeAt'> {
  if (!verdicts.some(({ verdict }) => verdict === 'cannot')) {
    return { unjudged: 0, judgeAt: undefined };
  }
  const unjudged = before + 1;
  const pause = backoff(
    unjudged,
    { ...pauses, attempts: Infinity },
    Math.random(),
  );
  return { unjudged, judgeAt: now + pause };
}
