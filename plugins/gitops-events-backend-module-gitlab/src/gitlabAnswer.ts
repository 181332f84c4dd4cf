import { InputError, NotFoundError } from '@backstage/errors';
import { RetryLaterError } from '@gitops-events/plugin-gitops-events-node';
import { GitRefusal } from './git/pktLine';

/** How long is waited when GitLab names no time. Its limits are counted by the minute. */
const LIMIT_MS = 60_000;

/** GitLab answered, and not with what was asked for. */
export class GitlabAnswer extends Error {
  override readonly name = 'GitlabAnswer';

  /** @param sentence - what GitLab said */
  constructor(
    readonly status: number,
    readonly sentence: string,
    readonly headers: Headers,
  ) {
    super(`GitLab answered ${status}: ${sentence}`);
  }
}

/** The HTTP status that GitLab answered with; undefined when it did not answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof GitlabAnswer ? error.status : undefined;
}

/**
 * What the core is told of a failed call: NotFoundError and InputError are for
 * a person to mend, RetryLaterError names a time, any other is tried again.
 */
export function answeredError(
  error: unknown,
  repository: string,
  now = Date.now(),
): Error {
  if (error instanceof GitRefusal) {
    return /not our ref|no object/i.test(error.message)
      ? new NotFoundError(`${repository}: ${error.message}`)
      : new Error(`GitLab says: ${error.message}`);
  }
  if (!(error instanceof GitlabAnswer)) return unanswered(error);
  const { status, sentence, headers } = error;
  if (status >= 300 && status < 400) {
    return new InputError(
      `${repository} was moved on GitLab. Name it by its new address.`,
    );
  }
  switch (status) {
    case 429:
      return limited(headers, now);
    case 401:
      return new Error(
        `GitLab does not accept the credentials for ${repository}: ${sentence}`,
      );
    case 403:
      return new InputError(
        `GitLab does not allow it in ${repository}: ${sentence} Grant it, then release.`,
      );
    case 404:
      return new NotFoundError(
        `GitLab has no ${repository}, or its credentials may not see it`,
      );
    case 400:
    case 409:
    case 422:
      return new InputError(`GitLab refuses it in ${repository}: ${sentence}`);
    default:
      return error;
  }
}

function limited(headers: Headers, now: number): RetryLaterError {
  const after = Number(headers.get('retry-after')) * 1000;
  const reset = Number(headers.get('ratelimit-reset')) * 1000 - now;
  const afterMs = [after, reset].find(ms => ms > 0) ?? LIMIT_MS;
  return new RetryLaterError(
    `GitLab's rate limit is used up; it asks to wait ${Math.ceil(afterMs / 1000)} s`,
    afterMs,
  );
}

function unanswered(error: unknown): Error {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError')
    return new Error('GitLab did not answer in time');
  // What fetch says of a connection that failed; the cause tells why.
  if (name === 'TypeError' && cause instanceof Error) {
    return new Error(`GitLab could not be reached: ${cause.message}`);
  }
  return name === 'AbortError' ? new Error(message) : (error as Error);
}
