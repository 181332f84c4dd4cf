import type { HostLimit } from '@gitops-events/plugin-gitops-events-node';
import type { GitlabLimits } from './config';

/**
 * Requests that make or change something, at most: the push; the merge request;
 * taking it out of draft, merging it and removing its branch; the note, the
 * closing and the branch.
 */
const writes = { commit: 1, propose: 1, merge: 3, close: 3 };

/**
 * What we allow ourselves at one GitLab. Its own limits differ from one to the
 * next and are told in its answers, which are obeyed besides.
 *
 * @param host - of which GitLab
 */
export function limitsOf(limits: GitlabLimits, host: string): HostLimit[] {
  const max = limits.writesPerMinute;
  return [
    {
      key: `gitlab ${host} writes a minute`,
      title: `GitLab gets at most ${max} writes a minute from us`,
      ...{ max, perMs: 60_000, units: writes },
    },
  ];
}
