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
import { askWhole, held, shareOf } from './draft';
import { Fold } from './fold';
import { foldOnto } from './foldOnto';
import { readAhead } from './readAhead';
import { ElsewhereUnread } from './readElsewhere';

/** What the checks and rules say of a content. */
export interface Judged {
  verdicts: Verdict[];
  mergesItself: boolean;
  /** It merges itself, and each of its runs wants and may have that without a pull request. */
  direct: boolean;
  /** Each reason why it does not merge itself. */
  whyNot: string[];
  /** Why it must not even be written to a branch. */
  unsafe?: Reason;
  /** It holds what nobody may see, as far as is known. */
  withheld: boolean;
  /** People who have to approve it. */
  approvalsNeeded: number;
}

/** Rendering and judging, as the fold needs them. */
export interface FoldEffects {
  /** Names the checks and what they judge by. */
  readonly judgedBy: string;
  /** There are checks that are asked of a whole change only. */
  readonly judgesWhole: boolean;
  /** Renders the candidate's edits on a tree, without writing to it. */
  render(
    candidate: Candidate,
    tree: FileTree,
  ): Promise<{ files: FileWrite[]; record: EditRecord[] } | { reason: Reason }>;
  /**
   * Judges what the writes of a tree change, for all of these candidates: what
   * one of them needs, the change needs.
   */
  judge(
    candidates: [Candidate, ...Candidate[]],
    tree: FileTree,
    how: JudgeHow,
  ): Promise<Judged>;
}

export interface JudgeHow {
  /** They are all that share the change. */
  whole: boolean;
  /** Verdicts of this very content. */
  known?: readonly Verdict[];
  /** What was said to each of them when it joined; without it each is asked about now. */
  alone?: readonly Verdict[];
}

/**
 * Folds runs, in their order, into as few changes as may be: each renders on
 * the result of the one before and is judged alone before it joins; a bad one
 * leaves alone. What merges by itself shares one change an owner; what a person
 * must approve is one change per change key.
 *
 * @param base - the tree of the base commit
 * @param open - changes that wait, by change key: newer runs go on with them; their members are candidates too, before those
 * @param into - the change that all go into, whatever their key
 * @returns a candidate that is in neither list stays pending for the next turn
 */
export async function foldRuns(options: FoldOptions): Promise<Folded> {
  const { base, candidates, open, into } = options;
  await readAhead(
    base,
    candidates.flatMap(({ effect }) => effect.input.edits),
  );
  const fold = new Fold(options);
  const drafts: Draft[] = [];
  const { leavers } = fold;
  let unread: ElsewhereUnread | undefined;
  const isEnough = enough(options.turn);
  for (const [number, group] of groupByKey(candidates).entries()) {
    const found = fold.drafts.length + drafts.length + leavers.length;
    if (found > 0 && isEnough(number)) break;
    const waits = into ? undefined : open.get(shareOf(group[0].effect));
    try {
      if (waits) {
        const folded = await foldOnto(options, waits, group);
        drafts.push(...folded.drafts);
        leavers.push(...folded.leavers);
      } else {
        await fold.add(group);
      }
    } catch (error) {
      // What it carries already must not leave a change because of that.
      if (into || !(error instanceof ElsewhereUnread)) throw error;
      unread = error;
    }
  }
  for (const draft of fold.drafts) {
    const judged = await judgeWhole(options, draft);
    drafts.push(...judged.drafts);
    leavers.push(...judged.leavers);
  }
  return { drafts, leavers: withoutLost(drafts, leavers), unread };
}

/** Who was superseded by a run that did not make it counts again, at the next turn. */
function withoutLost(drafts: Draft[], leavers: Leaver[]): Leaver[] {
  const good = new Set([
    ...drafts.flatMap(({ members }) => members.map(({ run }) => run.id)),
    ...leavers
      .filter(({ outcome }) => outcome.outcome === 'alreadySo')
      .map(({ effect }) => effect.runId),
  ]);
  return leavers.filter(
    ({ outcome }) =>
      outcome.outcome !== 'superseded' ||
      good.has(String(outcome.reason.detail?.run)),
  );
}

export interface Folded {
  drafts: Draft[];
  leavers: Leaver[];
  /** Why some are in neither list, where it is another repository. */
  unread?: ElsewhereUnread;
}

export interface FoldOptions {
  candidates: Candidate[];
  base: FileTree;
  open: ReadonlyMap<string, Change>;
  into?: Change;
  effects: FoldEffects;
  /**
   * After so long, and at least so many keys, what is left waits for the next turn, once this
   * one has something to write. Default: all of it is folded.
   */
  turn?: { ms: number; atLeast: number };
}

function enough(turn: FoldOptions['turn']): (keys: number) => boolean {
  const begun = performance.now();
  return keys =>
    turn !== undefined &&
    keys >= turn.atLeast &&
    performance.now() - begun > turn.ms;
}

/**
 * What each may do alone, all of them together may not: then fewer go now, so
 * that nobody waits for the approval of what others asked for.
 */
async function judgeWhole(options: FoldOptions, draft: Draft): Promise<Folded> {
  const { members } = draft;
  const whole = await askWhole(options.effects, draft);
  if (!whole) return { drafts: [draft], leavers: [] };
  const [first] = members;
  const alone = members.length === 1;
  const refused = refusedBy(whole);
  const needsMore = draft.mergesItself && !whole.mergesItself;
  if (alone && refused) {
    return { drafts: [], leavers: [held(first, refused)] };
  }
  if (!alone && (refused || needsMore)) {
    const candidates = members.slice(0, Math.ceil(members.length / 2));
    return foldRuns({ ...options, candidates, turn: undefined });
  }
  return { drafts: [{ ...draft, ...whole }], leavers: [] };
}

/** Why a content is not written at all. */
export function refusedBy({ verdicts, unsafe }: Judged): Reason | undefined {
  return deniedBy(verdicts) ?? unsafe;
}

/** Groups in the order of their first member, but what is urgent first; order within a key is kept. */
function groupByKey(candidates: Candidate[]): Candidate[][] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = shareOf(candidate.effect);
    groups.set(key, [...(groups.get(key) ?? []), candidate]);
  }
  const isUrgent = (group: Candidate[]) =>
    group.some(({ effect }) => effect.urgent);
  const [urgent, others] = [true, false].map(wanted =>
    [...groups.values()].filter(group => isUrgent(group) === wanted),
  );
  return [...urgent, ...others];
}
