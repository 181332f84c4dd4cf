import type {
  Reason,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import { deniedBy } from '../policy/deniedBy';
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
  /** Judges what the writes of a tree change, in the name of the first of these candidates. */
  judge(
    candidates: [Candidate, ...Candidate[]],
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
export async function foldRuns(options: FoldOptions): Promise<Folded> {
  const { base, candidates } = options;
  await readAhead(
    base,
    candidates.flatMap(({ effect }) => effect.input.edits),
  );
  const fold = new Fold(options);
  for (const group of groupByKey(candidates)) await fold.add(group);
  const drafts: Draft[] = [];
  const { leavers } = fold;
  for (const draft of fold.drafts) {
    const judged = await judgeWhole(options, draft);
    drafts.push(...judged.drafts);
    leavers.push(...judged.leavers);
  }
  return { drafts, leavers };
}

interface Folded {
  drafts: Draft[];
  leavers: Leaver[];
}

export interface FoldOptions {
  candidates: Candidate[];
  base: FileTree;
  open: ReadonlyMap<string, Change>;
  into?: Change;
  effects: FoldEffects;
}

/**
 * What each may do alone, all of them together may not: then fewer go now, so
 * that nobody waits for the approval of what others asked for.
 */
async function judgeWhole(options: FoldOptions, draft: Draft): Promise<Folded> {
  const { members } = draft;
  if (members.length === 1) return { drafts: [draft], leavers: [] };
  const [first, ...others] = members;
  const whole = await options.effects.judge([first, ...others], draft.tree);
  const isDenied = deniedBy(whole.verdicts) !== undefined;
  if (isDenied || (draft.mergesItself && !whole.mergesItself)) {
    const candidates = members.slice(0, Math.ceil(members.length / 2));
    return foldRuns({ ...options, candidates });
  }
  const { verdicts } = whole;
  const mergesItself = draft.mergesItself && whole.mergesItself;
  return { drafts: [{ ...draft, verdicts, mergesItself }], leavers: [] };
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
