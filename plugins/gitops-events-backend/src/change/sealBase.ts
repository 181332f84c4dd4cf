import type { Knex } from 'knex';
import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import { presentTime } from '../presentTime';
import { baseTree } from './baseTree';
import { crashPoint } from '../pipeline/crashPoint';
import type { Change } from '../store/changeRow';
import { askGit } from '../restore/askGit';
import { claimBase } from '../store/claimBase';
import type { CommitQueue } from '../store/commitQueue';
import type { Effect } from '../store/effectRow';
import {
  insertSealed,
  SealMoved,
  type SealedChange,
} from '../store/insertSealed';
import { leaveEffects } from '../store/leaveEffects';
import { newestValues } from '../store/newestValues';
import { readMembers } from '../store/readMembers';
import { readOpenChanges } from '../store/readOpenChanges';
import type { PendingBase } from '../store/readPending';
import { readRestingKeys } from '../store/readRests';
import type { Run } from '../store/runRow';
import { readStops } from '../store/stops';
import { appendTimeline } from '../timeline/append';
import type { Candidate, Draft, Leaver } from './candidate';
import { findBase } from './findBase';
import type { FoldEffectsOptions } from './foldEffects';
import { shareOf } from './draft';
import { foldRuns, type FoldEffects } from './foldRuns';
import { nextWindow } from './gap';
import { leavePending } from './leavePending';
import { sortOutdated } from './outdated';
import { readWaiting } from './readWaiting';
import { refuseHeld } from './refuseHeld';
import { renderedLines, sealDraft } from './sealDraft';
import { sortReverted } from './sortReverted';
import type { Left } from './thinOut';

/**
 * So much one turn folds, and then seals what it has: a replica that is killed
 * again and again goes on all the same, and no run waits for all behind it.
 */
const TURN = { ms: 5_000, atLeast: 50 };

export interface SealContext {
  knex: Knex;
  commits: CommitQueue;
  hosts: ChangeHost[];
  portalUrl: string;
  readRuns(ids: string[]): Promise<Run[]>;
  readEvents(uids: string[]): Promise<StoredEvent[]>;
  /** Rendering and judging for one base. */
  foldEffects(
    repository: string,
    base: string,
    known?: FoldEffectsOptions['known'],
  ): FoldEffects;
}

/**
 * Seals what is pending for a base.
 *
 * @returns whether anything moved
 * @throws ElsewhereUnread when some could not be rendered; the others are sealed
 */
export async function sealBase(
  context: SealContext,
  base: PendingBase,
): Promise<boolean> {
  // Read after the base was found free, so that what was merged last is known.
  const pending = await readWaiting(context.knex, base, {
    stops: await readStops(context.knex),
    resting: await readRestingKeys(context.knex),
  });
  if (pending.size === 0) return false;
  const target = await findBase(context.hosts, base);
  if ('reason' in target) {
    const outcome = { outcome: 'held', reason: target.reason } as const;
    const held = pending.all.map(effect => ({ effect, outcome }));
    await leavePending(context.commits, held);
    return true;
  }

  const unwritten = await askGit(context.knex, base, target, pending.effects);
  const { free, held } = await sortReverted(context.knex, unwritten.free);
  const { current, outdated } = sortOutdated(
    free,
    await newestValues(
      context.knex,
      free.map(({ changeKey }) => changeKey),
    ),
  );
  const open = await readOpenChanges(
    context.knex,
    current.map(shareOf),
    new Set(current.filter(({ urgent }) => urgent).map(shareOf)),
  );
  // What is being written at this moment may merge: it is not replaced before that is known.
  const isBusy = (change: Change | undefined) =>
    change?.claimedBy !== undefined;
  const joining = current.filter(effect => !isBusy(open.get(shareOf(effect))));
  const waiting = await readMembers(
    context.knex,
    ...[...open.values()].filter(change => !isBusy(change)).map(({ id }) => id),
  );
  const candidates = await candidatesOf(context, [...waiting, ...joining]);
  const tree = baseTree(target.host, base.repository, target.head);
  const foldEffects = context.foldEffects(base.repository, base.base);
  const { drafts, leavers, unread } = await foldRuns({
    candidates,
    base: tree,
    open,
    effects: foldEffects,
    turn: TURN,
  });

  const now = presentTime();
  const { sealed, joined, emptied } = await sealDrafts(context, drafts, {
    ...{ host: target.host, repository: base.repository, base: base.base },
    ...{ baseCommit: target.head, judgedBy: foldEffects.judgedBy, now },
  });
  const left = [
    ...unwritten.left,
    ...held,
    ...outdated,
    ...leavers,
    ...emptied,
  ];
  const next = nextWindow(base.window, now, {
    ...{ runs: pending.all.length, since: pending.since },
  });
  const members = drafts.flatMap(({ members: some }) => some);
  const moved = await write(context, base, next, sealed, left, members);
  if (moved) {
    const behind = [...pending.settledBy(joined, left), ...pending.with(held)];
    await leavePending(context.commits, behind);
  }
  if (unread) throw unread;
  return moved;
}

/** Who leaves because their draft changes nothing is `emptied`; `joined` are ids of effects. */
async function sealDrafts(
  { knex, portalUrl }: SealContext,
  drafts: Draft[],
  what: Omit<Parameters<typeof sealDraft>[0], 'draft' | 'knex' | 'portalUrl'>,
) {
  const sealed: SealedChange[] = [];
  const joined: string[] = [];
  const emptied: Leaver[] = [];
  for (const draft of drafts) {
    const result = await sealDraft({ ...what, draft, knex, portalUrl });
    if ('change' in result) {
      sealed.push(result);
      joined.push(...draft.members.map(({ effect }) => effect.effectId));
    } else {
      emptied.push(...result.leavers);
    }
  }
  return { sealed, joined, emptied };
}

/** The runs and events of effects, in their order. */
export async function candidatesOf(
  context: Pick<SealContext, 'readRuns' | 'readEvents'>,
  effects: Effect[],
): Promise<Candidate[]> {
  const runs = new Map(
    (await context.readRuns(effects.map(({ runId }) => runId))).map(run => [
      run.id,
      run,
    ]),
  );
  const uids = [...runs.values()].flatMap(({ scope }) =>
    scope.events.map(({ uid }) => uid),
  );
  const known = new Map(
    (await context.readEvents([...new Set(uids)])).map(event => [
      event.uid,
      event,
    ]),
  );
  return effects.flatMap(effect => {
    const run = runs.get(effect.runId);
    const event = run && known.get(run.eventUid);
    if (!run || !event) return [];
    const events = run.scope.events.flatMap(({ uid }) => known.get(uid) ?? []);
    return [{ effect, run, event, events }];
  });
}

async function write(
  { commits }: SealContext,
  base: PendingBase,
  next: PendingBase['window'],
  sealed: SealedChange[],
  leavers: Left[],
  members: Candidate[],
): Promise<boolean> {
  if (sealed.length === 0 && leavers.length === 0) return false;
  const now = presentTime();
  let written = false;
  const work = commits.run(async tx => {
    written = false;
    const window = sealed.length > 0 ? next : base.window;
    if (!(await claimBase(tx, base, window))) return [];
    await refuseHeld(
      tx,
      members.map(({ effect }) => effect),
    );
    await leaveEffects(tx, leavers, now);
    for (const one of sealed) {
      await insertSealed(tx, one);
      await appendTimeline(tx, renderedLines(one));
    }
    written = true;
    return sealed.map(({ change, revision }) => ({
      what: 'seal',
      change: change.id,
      revision: revision.revision,
      diff: revision.diffHash,
    }));
  });
  try {
    await work;
  } catch (error) {
    // What was read is stale: the next turn reads it again.
    if (error instanceof SealMoved) return false;
    throw error;
  }
  if (written && sealed.length > 0) crashPoint('seal');
  return written;
}
