import type {
  Reason,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import type { Change } from '../store/changeRow';
import type { EditRecord } from '../render/renderEdits';
import type { FileTree } from '../render/fileTree';
import type { Candidate, Draft, Leaver } from './candidate';
import { Fold } from './fold';
import { readAhead } from './readAhead';

/** Rendering and judging, as the fold needs them. */
export interface FoldEffects {
  /** Renders the candidate's edits on a tree, without writing to it. */
  render(
    candidate: Candidate,
    tree: FileTree,
  ): Promise<{ files: FileWrite[]; record: EditRecord[] } | { reason: Reason }>;
  /** Judges what the writes of a tree change, in the name of a candidate. */
  judge(
    candidate: Candidate,
    tree: FileTree,
  ): Promise<{
    verdicts: Verdict[];
    mergesItself: boolean;
    /** Each reason why it does not merge itself. */
    whyNot: string[];
  }>;
}

/**
 * Folds runs, in their order, into as few changes as may be: each renders on
 * the result of the one before and is judged alone before it joins; a bad one
 * leaves alone. What merges by itself shares one change an owner; what a person
 * must approve is one change per change key.
 *
 * @param base - the tree of the base commit
 * @param open - changes that wait, by change key: a newer run replaces their content
 * @param into - the change that all go into, whatever their key
 * @returns a candidate that is in neither list stays pending for the next turn
 */
export async function foldRuns(options: FoldOptions): Promise<{
  drafts: Draft[];
  leavers: Leaver[];
}> {
  const { base, candidates } = options;
  await readAhead(
    base,
    candidates.flatMap(({ effect }) => effect.input.edits),
  );
  const fold = new Fold(options);
  for (const group of groupByKey(candidates)) await fold.add(group);
  const drafts: Draft[] = [];
  for (const draft of fold.drafts)
    drafts.push(await judgeWhole(options, draft));
  return { drafts, leavers: fold.leavers };
}

export interface FoldOptions {
  candidates: Candidate[];
  base: FileTree;
  open: ReadonlyMap<string, Change>;
  into?: Change;
  effects: FoldEffects;
}

/** What each may do alone, all of them together may not: then only the first goes now. */
async function judgeWhole(options: FoldOptions, draft: Draft): Promise<Draft> {
  if (draft.members.length === 1) return draft;
  const [first] = draft.members;
  const whole = await options.effects.judge(first, draft.tree);
  if (whole.verdicts.some(({ verdict }) => verdict === 'deny')) {
    const alone = await foldRuns({ ...options, candidates: [first] });
    return alone.drafts[0];
  }
  return {
    ...draft,
    verdicts: whole.verdicts,
    mergesItself: draft.mergesItself && whole.mergesItself,
  };
}

/** Groups in the order of their first member; order within a key is kept. */
function groupByKey(candidates: Candidate[]): Candidate[][] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = candidate.effect.changeKey;
    groups.set(key, [...(groups.get(key) ?? []), candidate]);
  }
  return [...groups.values()];
}
