/** Rules of the repository, as a person sets them, and what came of them. */
export interface Rules {
  /** What merging is refused with, in GitHub's words. */
  mergeRefusal?: string;
  /** Questions still to be answered with "not computed yet". */
  mergeableUnknown: number;
  /** Required checks by name; null: still running. */
  checks: Record<string, 'SUCCESS' | 'FAILURE' | null>;
  review?: 'APPROVED' | 'REVIEW_REQUIRED' | 'CHANGES_REQUESTED';
  /** Who asked for changes. */
  reviewer?: string;
  mergeQueue?: boolean;
  /** A private repository of a plan without drafts. */
  noDrafts?: boolean;
  /** Branches must have all of base. */
  behind?: boolean;
  /** The same, as it is: those that have not all of it are refused. */
  strict?: boolean;
  /** What the credentials may not see is refused, the rest answered. */
  checksHidden?: boolean;
}

/** Who may review there. */
export const collaborators = ['pia', 'dana', 'acme/platform', 'acme/payments'];

/** In the words of GitHub's pages and answers. */
export function refusalOf(
  rules: Rules,
  isBehind = rules.behind,
): string | undefined {
  if (rules.mergeRefusal) return rules.mergeRefusal;
  if (rules.mergeQueue) return 'Changes must be made through the merge queue';
  if (isBehind) {
    return 'Head branch is out of date. Review and try the merge again.';
  }
  if (rules.review === 'CHANGES_REQUESTED') {
    return 'Changes have been requested by reviewers.';
  }
  if (rules.review === 'REVIEW_REQUIRED') {
    return 'At least 1 approving review is required by reviewers with write access.';
  }
  const open = Object.entries(rules.checks).filter(
    ([, result]) => result !== 'SUCCESS',
  );
  return open.length > 0
    ? `${open.length} of ${open.length} required status checks have not succeeded.`
    : undefined;
}
