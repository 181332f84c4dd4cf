import type { Change } from '../store/changeRow';
import type { Candidate, Draft, Leaver } from './candidate';
import { addTo, askWhole, held, newDraft, superseded, tryOn } from './draft';
import { refusedBy, type Folded, type FoldOptions } from './foldRuns';
import { pointless } from './pointless';

/**
 * Folds runs onto a change that waits. What it carries already stays in it, unless
 * newer runs set all of that again. Nothing joins that would spoil it: the new one
 * leaves alone, and where no new one joins, the change stays as it is.
 *
 * @param group - its members, then the new ones, in order
 */
export async function foldOnto(
  options: FoldOptions,
  change: Change,
  group: Candidate[],
): Promise<Folded> {
  const leavers: Leaver[] = [];
  let left = group;
  let counts = whatCounts;
  while (left.some(isNew)) {
    const kept = counts(left);
    const skipped = left.filter(one => !kept.includes(one));
    const draft = newDraft(options.base, change);
    const bad = await joinAll(options, draft, kept, skipped.length > 0);
    leavers.push(...bad);
    left = left.filter(one => bad.every(({ effect }) => effect !== one.effect));
    if (bad.length > 0 && skipped.length > 0) {
      // What it would have made pointless counts again. Rendering all from now on takes one round.
      if (kept.length > 1) counts = everyOne;
      continue;
    }
    if (!draft.members.some(isNew)) break;
    const whole = await askWhole(options.effects, draft);
    const refused = whole && refusedBy(whole);
    if (!refused) {
      const drafts = [{ ...draft, ...whole }];
      const newest = (one: Candidate) => supersederOf(one, kept);
      const replaced = skipped.map(one => superseded(one, newest(one)));
      return { drafts, leavers: [...leavers, ...replaced] };
    }
    const added = left.filter(isNew);
    if (added.length === 1) leavers.push(held(added[0], refused));
    // The later half waits for the next turn, until the bad one is alone.
    const later = new Set(added.slice(Math.floor(added.length / 2)));
    left = left.filter(one => !later.has(one));
  }
  return {
    drafts: [],
    leavers: leavers.filter(({ effect }) => effect.state !== 'member'),
  };
}

/** @returns the bad ones; only the first where others count again without it */
async function joinAll(
  { effects }: FoldOptions,
  draft: Draft,
  candidates: Candidate[],
  stopAtBad: boolean,
): Promise<Leaver[]> {
  const bad: Leaver[] = [];
  for (const one of candidates) {
    const tried = await tryOn(effects, one, draft.tree);
    if (!('reason' in tried)) addTo(draft, one, tried);
    else {
      bad.push(held(one, tried.reason));
      if (stopAtBad) break;
    }
  }
  return bad;
}

/** Without those whose values later ones set again; what adds to a list always counts. */
function whatCounts(candidates: Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  for (const one of [...candidates].reverse()) {
    const later = kept.flatMap(editsOf);
    if (kept.length === 0 || !pointless(editsOf(one), later)) kept.unshift(one);
  }
  return kept;
}

function everyOne(candidates: Candidate[]): Candidate[] {
  return candidates;
}

/** The newest that sets all of it again by itself, else the newest. */
function supersederOf(one: Candidate, kept: Candidate[]): Candidate {
  const newestFirst = [...kept].reverse();
  return (
    newestFirst.find(other => pointless(editsOf(one), editsOf(other))) ??
    newestFirst[0]
  );
}

function editsOf({ effect }: Candidate) {
  return effect.input.edits;
}

function isNew({ effect }: Candidate): boolean {
  return effect.state !== 'member';
}
