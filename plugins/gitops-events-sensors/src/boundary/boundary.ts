import { matchesAny, matchesPattern } from '../pattern';

/** Places in repositories. @public */
export interface RepositoryGrant {
  repo: string;
  branches: string[];
  /** `environments/` and all below, or an exact file. */
  paths: string[];
}

/**
 * What the sensors of one owner may do at most. In every list a trailing `*`
 * matches any rest; an empty list grants nothing.
 *
 * @public
 */
export interface Boundary {
  /** Entity reference of the owner: `group:default/platform`. */
  owner: string;
  ingresses: string[];
  actions: string[];
  repositories: RepositoryGrant[];
  /** Where its sensors may take templates from, beside what they may change. */
  reads?: RepositoryGrant[];
  environments: string[];
  /** Names of secrets that its steps may be given; none by default. */
  secrets?: string[];
  /** Whether changes may merge themselves. */
  merge: boolean;
  /** Whether what may merge itself may go to its base without a pull request. */
  direct?: boolean;
}

/** The grants that fit a repository, and a branch of it where one is given. */
export function grantsFor(
  boundary: Pick<Boundary, 'repositories'>,
  repo: string,
  branch?: string,
): RepositoryGrant[] {
  return boundary.repositories.filter(
    grant =>
      matchesPattern(grant.repo, repo) &&
      (branch === undefined || matchesAny(grant.branches, branch)),
  );
}

/** Whether a path of a repository is granted by one of the patterns. */
export function allowsPath(patterns: readonly string[], path: string): boolean {
  return patterns.some(pattern =>
    pattern.endsWith('/')
      ? path.startsWith(pattern)
      : matchesPattern(pattern, path),
  );
}

/** A list for a sentence. */
export function listed(names: readonly string[]): string {
  return names.length ? names.join(', ') : 'none';
}
