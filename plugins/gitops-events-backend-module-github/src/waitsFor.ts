import type { PullState } from './pullState';

/**
 * What a pull request that GitHub does not merge waits for, in a sentence for
 * its timeline. Pure.
 *
 * @param refusal - GitHub's own words, where the rest does not tell
 */
export function waitsFor(
  state: PullState | undefined,
  refusal: string,
): string {
  return (state && rulesOf(state)) || `GitHub says: ${refusal}`;
}

/** The rules that keep it, as far as GitHub shows them. Pure. */
export function rulesOf(state: PullState): string {
  const sentences: string[] = [];
  const failed = state.checks.filter(check => check.failed).map(it => it.name);
  const pending = state.checks.filter(it => !it.failed).map(it => it.name);
  if (failed.length > 0) {
    sentences.push(
      `${listed(failed)} failed on GitHub. Mend it there, or discard the change.`,
    );
  }
  if (state.changesAskedBy.length > 0) {
    sentences.push(
      `${listed(state.changesAskedBy)} asked for changes on GitHub. It waits until they approve, or somebody discards it.`,
    );
  } else if (state.reviewDecision === 'REVIEW_REQUIRED') {
    const whom =
      state.reviewers.length > 0 ? ` by ${listed(state.reviewers)}` : '';
    sentences.push(`Waits for a review${whom} on GitHub.`);
  }
  if (pending.length > 0) {
    sentences.push(`Waits for ${listed(pending)} on GitHub.`);
  }
  return sentences.join(' ');
}

/**
 * Whether checks run, or the merge queue does, and nothing else keeps it: then
 * it merges by itself if they pass, and a push would begin them anew. Pure.
 */
export function isChecking(state: PullState): boolean {
  const { mergeQueueEntry } = state;
  if (mergeQueueEntry) return mergeQueueEntry.state !== 'UNMERGEABLE';
  const asksPeople =
    state.changesAskedBy.length > 0 ||
    state.reviewDecision === 'REVIEW_REQUIRED';
  return (
    !asksPeople &&
    state.checks.some(({ running }) => running) &&
    !state.checks.some(({ failed }) => failed)
  );
}

/** `a`, `a and b`, `a, b and c`, `a, b and 3 more`. */
function listed(names: string[]): string {
  const shown =
    names.length > 3
      ? [...names.slice(0, 2), `${names.length - 2} more`]
      : names;
  const last = shown.at(-1)!;
  return shown.length === 1
    ? last
    : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
