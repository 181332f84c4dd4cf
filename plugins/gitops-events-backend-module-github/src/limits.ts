import type {
  ChangeHost,
  HostLimit,
} from '@gitops-events/plugin-gitops-events-node';
import { asksOf } from './askReviewers';
import { writesOf } from './commitFiles';
import type { GithubLimits } from './config';

/** What makes a call take more. */
export type Sized = NonNullable<
  Parameters<NonNullable<ChangeHost['limits']>>[1]
>;

const pushes = { commit: 1, propose: 0, merge: 0, close: 0 };

/**
 * What GitHub allows to one actor, and what it recommends for one repository,
 * with something left for others: these limits are not told in its answers.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 *
 * @param actor - whose credentials act
 */
export function limitsOf(
  limits: GithubLimits,
  actor: string,
  repository: string,
  request: Sized = {},
): HostLimit[] {
  const writes = writesFor(request);
  return [
    {
      key: `github ${actor} writes a minute`,
      title: `GitHub gets at most ${limits.writesPerMinute} writes a minute from us`,
      ...{ max: limits.writesPerMinute, perMs: 60_000, units: writes },
    },
    {
      key: `github ${actor} writes an hour`,
      title: `GitHub gets at most ${limits.writesPerHour} writes an hour from us`,
      ...{ max: limits.writesPerHour, perMs: 3_600_000, units: writes },
    },
    {
      key: `github ${repository.toLowerCase()} pushes a minute`,
      title: `This repository gets at most ${limits.pushesPerMinute} pushes a minute from us`,
      ...{ max: limits.pushesPerMinute, perMs: 60_000, units: pushes },
    },
  ];
}

/**
 * Requests that make or change something, at most: objects and branch; the pull
 * request, its text, labels and reviewers; a draft made ready, the merge and the
 * branch after it; the closing and the branch. Questions are not counted: GitHub
 * tells what is left of those.
 */
function writesFor({ files = [], reviewers = [] }: Sized) {
  return {
    commit: writesOf(files),
    propose: 3 + asksOf(reviewers),
    merge: 3,
    close: 2,
  };
}
