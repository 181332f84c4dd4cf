import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import { allowsPath, grantsFor, listed, type Boundary } from './boundary';
import { isRepositoryPath } from './repositoryPath';

/** A folder of a repository that somebody would read. @public */
export interface ReadPlace {
  repo: string;
  branch: string;
  /** With or without a `/` at its end. */
  folder: string;
}

/**
 * Holds what a change would take from another repository against its owner's
 * boundary: what it may change there it may read, and what `reads` grants.
 *
 * @returns why it may not, or undefined.
 * @public
 */
export function checkRead(
  owner: string,
  boundary: Boundary | undefined,
  { repo, branch, folder }: ReadPlace,
): Reason | undefined {
  const path = `${folder.replace(/\/$/, '')}/`;
  if (!isRepositoryPath(path)) {
    const message = `"${folder}" is not a path inside the repository; write a relative one without ".." in it.`;
    return { code: 'path', message, detail: { path: folder } };
  }
  const places = boundary
    ? [...boundary.repositories, ...(boundary.reads ?? [])]
    : [];
  const grants = grantsFor({ repositories: places }, repo, branch);
  const granted = grants.flatMap(({ paths }) => paths);
  if (allowsPath(granted, path)) return undefined;
  return {
    code: 'notAllowed',
    message: `${owner} may not read "${path}" on the branch "${branch}" of ${repo}; granted there are: ${listed(granted)}. Add it to \`reads\` of its boundary under gitopsEvents.boundaries, or mend the sensor.`,
    detail: { owner, repo, branch, path },
  };
}
