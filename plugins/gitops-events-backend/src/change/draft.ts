import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import { worstVerdicts } from '../policy/worstVerdicts';
import type { EditRecord } from '../render/renderEdits';
import { FileTree } from '../render/fileTree';
import type { Change } from '../store/changeRow';
import type { Effect } from '../store/effectRow';
import type { Candidate, Draft, Leaver } from './candidate';
import { refusedBy, type FoldEffects, type Judged } from './foldRuns';
import { keepOverwritten } from './keepOverwritten';

/** What a candidate would write on a tree, and what was said to it alone. */
export type Tried = Judged & { files: FileWrite[]; record: EditRecord[] };

export function newDraft(base: FileTree, replaces?: Change): Draft {
  return {
    replaces,
    tree: over(base),
    paths: new Set(),
    members: [],
    verdicts: [],
    approvalsNeeded: 0,
    mergesItself: true,
    direct: true,
  };
}

/** Renders a candidate on a tree, which stays as it is, and judges it alone. */
export async function tryOn(
  effects: FoldEffects,
  candidate: Candidate,
  before: FileTree,
): Promise<Tried | { reason: Reason }> {
  const rendered = await effects.render(candidate, before);
  if ('reason' in rendered) return rendered;
  const after = over(before);
  after.write(...rendered.files);
  const judged = await effects.judge([candidate], after, { whole: false });
  const refused = refusedBy(judged);
  if (refused) return { reason: refused };
  const record = await keepOverwritten(rendered.record, before);
  return { ...rendered, ...judged, record };
}

/** Makes a candidate a member of a draft. */
export function addTo(draft: Draft, candidate: Candidate, tried: Tried): void {
  draft.tree.write(...tried.files);
  for (const { path } of tried.files) draft.paths.add(path);
  draft.members.push({ ...candidate, record: tried.record });
  draft.verdicts = worstVerdicts(draft.verdicts, tried.verdicts);
  draft.approvalsNeeded = tried.approvalsNeeded;
  draft.mergesItself &&= tried.mergesItself;
  draft.direct &&= tried.direct;
  // A newer run does not go on with the pull request of a revert.
  const { changeKey, input } = candidate.effect;
  if (draft.changeKey !== changeKey) {
    const alone = draft.members.length === 1 && !input.revert;
    draft.changeKey = alone ? changeKey : undefined;
  }
}

/** What is said to all members of a draft together; undefined: it was said already, to the only one. */
export async function askWhole(
  effects: FoldEffects,
  { members, tree, verdicts }: Draft,
): Promise<Judged | undefined> {
  const alone = members.length === 1;
  if (alone && !effects.judgesWhole) return undefined;
  const [first, ...others] = members;
  return effects.judge([first, ...others], tree, {
    whole: true,
    ...(alone ? { known: verdicts } : { alone: verdicts }),
  });
}

/** By what runs share a change, or take one another's place in it: a revert has one of its own. */
export function shareOf({ input, effectId, changeKey }: Effect): string {
  return input.revert ? effectId : changeKey;
}

export function held(
  { effect }: Pick<Candidate, 'effect'>,
  reason: Reason,
): Leaver {
  return { effect, outcome: { outcome: 'held', reason } };
}

export function superseded(
  { effect }: Pick<Candidate, 'effect'>,
  by: Candidate,
): Leaver {
  return {
    effect,
    outcome: {
      outcome: 'superseded',
      reason: {
        code: 'superseded',
        message: `A newer run of the same change key sets the same values: ${by.run.title}`,
        detail: { run: by.run.id },
      },
    },
  };
}

/** A tree on top of another, which stays as it is. */
function over(tree: FileTree): FileTree {
  return new FileTree(paths => tree.read(paths));
}
