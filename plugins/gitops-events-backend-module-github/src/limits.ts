import type { HostLimit } from '@gitops-events/plugin-gitops-events-node';
import type { GithubLimits } from './config';

/**
 * Requests that make or change something, at most: tree, commit and branch; the
 * pull request, its labels and reviewers; the merge or the closing and the
 * branch after it. Questions are not counted: GitHub tells what is left of those.
 */
const writes = { commit: 4, propose: 3, merge: 2, close: 2 };
const pushes = { commit: 1, propose: 0, merge: 0, close: 0 };

/**
 * What GitHub allows to one actor, and what it recommends for one repository,
 * with something left for others: these limits are not told in its answers.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 *
 * @param owner - host and owner of the repository, whose credentials act
 */
export function limitsOf(
  limits: GithubLimits,
  owner: string,
  repository: string,
): HostLimit[] {
  return [
    {
      key: `github ${owner} writes a minute`,
      title: `GitHub gets at most ${limits.writesPerMinute} writes a minute from us`,
      ...{ max: limits.writesPerMinute, perMs: 60_000, units: writes },
    },
    {
      key: `github ${owner} writes an hour`,
      title: `GitHub gets at most ${limits.writesPerHour} writes an hour from us`,
      ...{ max: limits.writesPerHour, perMs: 3_600_000, units: writes },
    },
    {
      key: `github ${repository} pushes a minute`,
      title: `This repository gets at most ${limits.pushesPerMinute} pushes a minute from us`,
      ...{ max: limits.pushesPerMinute, perMs: 60_000, units: pushes },
    },
  ];
}
