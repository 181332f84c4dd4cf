import { crashPoint } from '../pipeline/crashPoint';
import { backoff, defaultRetry } from '../pipeline/retryPolicy';
import type { Knex } from 'knex';
import { presentTime } from '../presentTime';
import type { Change, ChangeRevision } from '../store/changeRow';
import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { ActionOutcome } from '@gitops-events/plugin-gitops-events-node';
import type { ChainRecord } from '../store/chain';
import {
  insertSealed,
  SealMoved,
  type SealedChange,
} from '../store/insertSealed';
import { newestMerged } from '../store/newestValues';
import { pendAgain } from '../store/pendAgain';
import type { Leaver } from './candidate';
import { sortOutdated } from './outdated';
import { refuseHeld } from './refuseHeld';
import { sortReverted } from './sortReverted';
import { readRevision } from '../store/readChange';
import { saveChange } from '../store/saveChange';
import { updateVerdicts } from '../store/updateVerdicts';
import { leaveEffects } from '../store/leaveEffects';
import { readMembers } from '../store/readMembers';
import { baseTree } from './baseTree';
import { appendTimeline, type TimelineRow } from '../timeline/append';
import { foldRuns } from './foldRuns';
import { leaveChange } from './leaveChange';
import { renderedLines, sealDraft } from './sealDraft';
import { candidatesOf, type SealContext } from './sealBase';

/** What the host found; without it the members are only looked at anew. */
export interface Conflict {
  /** Told with what comes of it. */
  lines: TimelineRow[];
  /** How long the next try is away, in milliseconds. */
  delayMs: number;
}

/**
 * Seals the members of a change again on the present head of its base, as the
 * next revision. The same diff keeps its verdicts and approvals, since those
 * belong to its hash; another one is judged and asked again.
 */
export async function renderAgain(
  context: SealContext,
  change: Change,
  conflict?: Conflict,
): Promise<void> {
  const { knex, commits } = context;
  const now = presentTime();
  const host = context.hosts.find(one => one.name === change.host)!;
  const head = await host.head(change.repository, change.base);
  if (!head) {
    const reason = {
      code: 'baseGone',
      message: `${change.repository} has no branch ${change.base} any more. Make it again, then release.`,
    };
    await commits.run(tx =>
      leaveChange(tx, change, { outcome: 'held', reason, now }),
    );
    return;
  }
  const members = await readMembers(knex, change.id);
  const { free, held } = await sortReverted(knex, members);
  const { current, outdated } = sortOutdated(
    free,
    await newestMerged(
      knex,
      free.map(({ changeKey }) => changeKey),
      change.id,
    ),
  );
  const effects = context.foldEffects(
    change.repository,
    change.base,
    await readRevision(knex, change),
  );
  const { drafts, leavers } = await foldRuns({
    candidates: await candidatesOf(context, current),
    base: baseTree(host, change.repository, head),
    open: new Map(),
    into: change,
    effects,
  });

  const [draft] = drafts;
  const sealed =
    draft &&
    (await sealDraft({
      draft,
      host,
      repository: change.repository,
      base: change.base,
      baseCommit: head,
      knex,
      portalUrl: context.portalUrl,
      judgedBy: effects.judgedBy,
      now,
    }));
  const left = [...held, ...outdated, ...leavers];
  const kept = new Set(
    [...left, ...(draft?.members ?? [])].map(({ effect }) => effect.effectId),
  );
  const work = commits.run(async tx => {
    await refuseHeld(
      tx,
      (draft?.members ?? []).map(({ effect }) => effect),
    );
    await leaveEffects(tx, left, now);
    await pendAgain(
      tx,
      members.filter(({ effectId }) => !kept.has(effectId)),
    );
    return sealed && 'change' in sealed
      ? writeAgain(tx, change, sealed, {
          conflict,
          others: members.length !== sealed.members.length,
        })
      : endEmpty(tx, change, left);
  });
  try {
    await work;
  } catch (error) {
    // A person decided meanwhile: it is looked at anew.
    if (error instanceof SealMoved) return;
    throw error;
  }
  crashPoint('seal');
}

/**
 * All of its members left: its pull request, which nobody watches any more, is
 * closed, and it ends for the reason they left for.
 */
async function endEmpty(
  tx: Knex,
  change: Change,
  left: Leaver[],
): Promise<ChainRecord[]> {
  const outcomes = left.map(({ outcome }) => outcome);
  const bad = outcomes.find(({ outcome }) => outcome === 'held');
  const reason = reasonOf(bad ?? outcomes[0]);
  const end = bad ? 'failed' : 'superseded';
  const saved = await saveChange(tx, {
    ...change,
    ...{ state: change.direct ? 'sealed' : 'waiting', reason },
    checking: false,
    asked: { what: 'close', end, reason },
    ...{ claimedBy: undefined, dueAt: presentTime() },
  });
  if (!saved) throw new SealMoved(`Change ${change.id} moved`);
  return [];
}

function reasonOf(outcome: ActionOutcome | undefined): Reason | undefined {
  return outcome && 'reason' in outcome ? outcome.reason : undefined;
}

/**
 * The next revision; or only news of the checks, where content and base are the same.
 * Then its pull request tells of those who are left, where others were in it.
 */
async function writeAgain(
  tx: Knex,
  change: Change,
  sealed: SealedChange,
  { conflict, others }: { conflict?: Conflict; others: boolean },
): Promise<ChainRecord[]> {
  const before = await readRevision(tx, change);
  const { revision } = sealed;
  const sameContent = before.diffHash === revision.diffHash;
  if (sameContent && before.baseCommit === revision.baseCommit) {
    await updateVerdicts(tx, change, revision);
    const { approvalsNeeded, title, body } = sealed.change;
    if (others) {
      await tellOthers(
        tx,
        { ...change, approvalsNeeded, title, body },
        revision,
      );
    } else await standStill(tx, { ...change, approvalsNeeded }, conflict);
    return [];
  }
  // Whoever asked to merge has read the content before, not this one.
  const asked =
    sameContent || change.asked?.what !== 'merge' ? change.asked : undefined;
  const next = {
    ...sealed,
    change: {
      ...sealed.change,
      version: change.version,
      conflicts: change.conflicts + 1,
      asked,
      dueAt: presentTime() + (conflict?.delayMs ?? 0),
    },
  };
  await insertSealed(tx, next, change.claimedBy);
  await appendTimeline(tx, [
    ...(conflict?.lines ?? []),
    ...renderedLines(next),
  ]);
  return [
    {
      what: 'seal',
      change: change.id,
      revision: revision.revision,
      diff: revision.diffHash,
    },
  ];
}

/** Proposing it once more tells the host, which changes nothing where it knows. */
async function tellOthers(
  tx: Knex,
  change: Change,
  { message }: Pick<ChangeRevision, 'message'>,
): Promise<void> {
  const { id, revision, state } = change;
  const saved = await saveChange(tx, {
    ...change,
    state: state === 'sealed' ? state : 'committed',
    ...{ claimedBy: undefined, dueAt: presentTime() },
  });
  if (!saved) throw new SealMoved(`Change ${id} moved`);
  await tx('change_revisions')
    .where({ change_id: id, revision })
    .update({ message });
}

/** Nothing is different. Where the host found a conflict all the same, it is told once and asked ever seldomer. */
async function standStill(
  tx: Knex,
  change: Change,
  conflict?: Conflict,
): Promise<void> {
  const told = change.reason?.code === 'conflict';
  const conflicts = change.conflicts + 1;
  const waiting = conflict && {
    // Without a pull request there is nothing to wait for but the next try.
    ...(!change.direct && {
      state: 'waiting' as const,
      reason: conflictOn(change),
      checking: false,
    }),
    conflicts,
    dueAt: presentTime() + backoff(conflicts, defaultRetry, Math.random()),
  };
  const saved = await saveChange(tx, {
    ...change,
    dueAt: presentTime(),
    ...waiting,
    claimedBy: undefined,
  });
  if (!saved) throw new SealMoved(`Change ${change.id} moved`);
  if (conflict && !told) await appendTimeline(tx, conflict.lines);
}

function conflictOn({ base }: Change): Reason {
  return {
    code: 'conflict',
    message: `The host finds a conflict with ${base}, though ${base} has not moved. It is tried again by itself; if it stays so, look at the pull request there.`,
  };
}
