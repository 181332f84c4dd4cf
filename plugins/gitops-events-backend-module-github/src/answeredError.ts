import { InputError, NotFoundError } from '@backstage/errors';
import { RetryLaterError } from '@gitops-events/plugin-gitops-events-node';

/** What GitHub asks for when it names no time. Source: its page on rate limits of the REST API. */
const SECONDARY_LIMIT_MS = 60_000;

type Headers = Record<string, string | number | undefined>;

interface Answered {
  status: number;
  message: string;
  response?: { headers: Headers; data?: unknown };
}

interface AnsweredGraphql {
  message: string;
  headers: Headers;
  /** What of the answer is there all the same. */
  data?: unknown;
  errors: Array<{ type?: string; message: string }>;
}

/** The HTTP status that GitHub answered with; undefined when it did not answer. */
export function statusOf(error: unknown): number | undefined {
  const { status, response } = error as Partial<Answered>;
  return response ? status : undefined;
}

export function isGraphqlRefusal(error: unknown): error is AnsweredGraphql {
  return (error as Error)?.name === 'GraphqlResponseError';
}

/** The sentence of GitHub's answer, without the link to its documentation. */
export function sentenceOf(error: unknown): string {
  const { message, response } = error as Answered;
  const data = response?.data as { message?: unknown } | undefined;
  return typeof data?.message === 'string' ? data.message : message;
}

/** What GitHub found wrong with a request, one by one. */
export function refusedFor(
  error: unknown,
): Array<{ field?: string; message?: string }> {
  const data = (error as Partial<Answered>).response?.data;
  const { errors } = (data ?? {}) as { errors?: unknown };
  const found: unknown[] = Array.isArray(errors) ? errors : [];
  return found.map(one =>
    typeof one === 'object' && one !== null ? one : { message: String(one) },
  );
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
  if (isGraphqlRefusal(error)) return graphqlError(error, repository, now);
  const status = statusOf(error);
  if (status === undefined) return unanswered(error);

  const { headers } = (error as Answered).response!;
  const sentence = sentenceOf(error);
  if (status === 429 || (status === 403 && isLimit(headers, sentence))) {
    return limited(headers, now);
  }
  switch (status) {
    case 401:
      return new Error(
        `GitHub does not accept the credentials for ${repository}: ${sentence}`,
      );
    case 403: {
      const needed = headers['x-accepted-github-permissions'];
      return new InputError(
        `GitHub does not allow it in ${repository}: ${sentence}${needed ? ` (needs ${needed})` : ''}. Grant it, then release.`,
      );
    }
    case 404:
      return new NotFoundError(
        `GitHub has no ${repository}, or its credentials may not see it`,
      );
    case 422:
      return new InputError(
        `GitHub refuses it in ${repository}: ${(error as Error).message}`,
      );
    default:
      return new Error(`GitHub answered ${status}: ${sentence}`);
  }
}

function graphqlError(
  { errors, headers }: AnsweredGraphql,
  repository: string,
  now: number,
): Error {
  const message = errors.map(one => one.message).join('; ');
  const types = errors.map(({ type }) => type);
  if (types.includes('RATE_LIMITED') || isLimit(headers, message)) {
    return limited(headers, now);
  }
  if (types.includes('NOT_FOUND')) {
    return new NotFoundError(
      `GitHub has no ${repository}, or its credentials may not see it: ${message}`,
    );
  }
  if (types.includes('FORBIDDEN')) {
    return new InputError(
      `GitHub does not allow it in ${repository}: ${message}. Grant it, then release.`,
    );
  }
  // A rule of the repository, a secret that it found, a body that is too long.
  if (types.includes('UNPROCESSABLE')) {
    return new InputError(`GitHub refuses it in ${repository}: ${message}`);
  }
  return new Error(`GitHub refused it in ${repository}: ${message}`);
}

function isLimit(headers: Headers, sentence: string): boolean {
  return (
    headers['retry-after'] !== undefined ||
    String(headers['x-ratelimit-remaining']) === '0' ||
    /rate limit/i.test(sentence)
  );
}

function limited(headers: Headers, now: number): RetryLaterError {
  const after = Number(headers['retry-after']);
  const reset =
    String(headers['x-ratelimit-remaining']) === '0'
      ? Number(headers['x-ratelimit-reset']) * 1000 - now
      : NaN;
  const afterMs =
    [after * 1000, reset].find(ms => ms > 0) ?? SECONDARY_LIMIT_MS;
  return new RetryLaterError(
    `GitHub's rate limit is used up; it asks to wait ${Math.ceil(afterMs / 1000)} s`,
    afterMs,
  );
}

function unanswered(error: unknown): Error {
  const { name, message, cause } = error as Error;
  const names = [name, (cause as Error | undefined)?.name];
  if (names.includes('TimeoutError') || names.includes('AbortError')) {
    return new Error('GitHub did not answer in time');
  }
  return statusless(error)
    ? new Error(`GitHub could not be reached: ${message}`)
    : (error as Error);
}

/** Octokit gives a failed connection the status 500 and no response. */
function statusless(error: unknown): boolean {
  return (error as Partial<Answered>).status === 500;
}
