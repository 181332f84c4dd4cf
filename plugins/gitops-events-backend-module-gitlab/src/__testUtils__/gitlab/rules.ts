import type { MergeMethod } from './merging';

/** How the project is set, and what it is doing. */
export interface Rules {
  method: MergeMethod;
  mergeTrains: boolean;
  /** Why it is not merged: a `detailed_merge_status`. */
  status?: string;
  pipeline?: { status: string; web_url: string };
  /** Questions still to be answered with "unchecked". */
  unchecked: number;
  /** Our credentials may not merge. */
  mayNotMerge: boolean;
  /** A branch that only maintainers push to. */
  protectedBranch: string;
}

export const usualRules = (): Rules => ({
  ...{ method: 'merge', mergeTrains: false, unchecked: 0 },
  ...{ mayNotMerge: false, protectedBranch: '' },
});
