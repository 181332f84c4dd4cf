import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import { matchesAny } from '../pattern';
import { allowsPath, grantsFor, type Boundary } from './boundary';
import { isRepositoryPath } from './repositoryPath';

/** What a step is about to do, with everything resolved. Only what is given is checked. @public */
export interface ResolvedUse {
  action?: string;
  environment?: string;
  /** Names of the secrets that it is given. */
  secrets?: readonly string[];
  repo?: string;
  /** Branch that the change goes to. */
  base?: string;
  /** Every file that it writes or deletes. */
  paths?: readonly string[];
  /** Whether it would merge itself. */
  merges?: boolean;
}

/**
 * Holds what a step is about to do against its owner's boundary, again and last
 * before anything is written.
 *
 * @returns why it may not, or undefined.
 * @public
 */
export function checkResolved(
  owner: string,
  boundary: Boundary | undefined,
  use: ResolvedUse,
): Reason | undefined {
  if (!boundary) return refuse(owner, 'do anything', {});
  const { action, environment, secrets = [], repo } = use;
  const { base, paths = [], merges } = use;
  if (action !== undefined && !matchesAny(boundary.actions, action)) {
    return refuse(owner, `use the action "${action}"`, { action });
  }
  if (
    environment !== undefined &&
    !matchesAny(boundary.environments, environment)
  ) {
    const what = `act on the environment "${environment}"`;
    return refuse(owner, what, { environment });
  }
  const secret = secrets.find(
    name => !matchesAny(boundary.secrets ?? [], name),
  );
  if (secret !== undefined) {
    return refuse(owner, `use the secret "${secret}"`, { secret });
  }
  if (merges && !boundary.merge) {
    return refuse(owner, 'merge a change without an approval', {});
  }
  if (repo === undefined) return undefined;
  const grants = grantsFor(boundary, repo, base);
  if (grants.length === 0) {
    const where = base === undefined ? repo : `the branch "${base}" of ${repo}`;
    return refuse(owner, `change ${where}`, { repo, base });
  }
  const granted = grants.flatMap(grant => grant.paths);
  for (const path of paths) {
    if (!isRepositoryPath(path)) {
      const message = `"${path}" is not a path inside the repository; write a relative one without ".." in it.`;
      return { code: 'path', message, detail: { path } };
    }
    if (!allowsPath(granted, path)) {
      return refuse(owner, `change "${path}" in ${repo}`, { repo, path });
    }
  }
  return undefined;
}

function refuse(
  owner: string,
  what: string,
  detail: Record<string, unknown>,
): Reason {
  return {
    code: 'notAllowed',
    message: `${owner} may not ${what}; widen its boundary under gitopsEvents.boundaries, or mend the sensor.`,
    detail: { owner, ...detail },
  };
}
