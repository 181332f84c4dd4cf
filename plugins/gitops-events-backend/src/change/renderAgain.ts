import { crashPoint } from '../pipeline/crashPoint';
import type { Knex } from 'knex';
import type { Change } from '../store/changeRow';
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
import { readRevision } from '../store/readChange';
import { saveChange } from '../store/saveChange';
import { updateVerdicts } from '../store/updateVerdicts';
import { leaveEffects } from '../store/leaveEffects';
import { readMembers } from '../store/readMembers';
import { baseTree } from './baseTree';
import { appendTimeline } from '../timeline/append';
import { foldRuns } from './foldRuns';
import { endChange } from './endChange';
import { leaveChange } from './leaveChange';
import { renderedLines, sealDraft } from './sealDraft';
import { candidatesOf, type SealContext } from './sealBase';

/**
 * Seals the members of a change again on the present head of its base, as the
 * next revision. The same diff keeps its verdicts and approvals, since those
 * belong to its hash; another one is judged and asked again.
 */
export async function renderAgain(
  context: SealContext,
  change: Change,
  delayMs: number,
): Promise<void> {
  const { knex, commits } = context;
  const now = Date.now();
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
  const { current, outdated } = sortOutdated(
    members,
    await newestMerged(
      knex,
      members.map(({ changeKey }) => changeKey),
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
  const left = [...outdated, ...leavers];
  const kept = new Set(
    [...left, ...(draft?.members ?? [])].map(({ effect }) => effect.effectId),
  );
  const work = commits.run(async tx => {
    await leaveEffects(tx, left, now);
    await pendAgain(
      tx,
      members.filter(({ effectId }) => !kept.has(effectId)),
    );
    return sealed && 'change' in sealed
      ? writeAgain(tx, change, sealed, now + delayMs)
      : endEmpty(tx, change, left, now);
  });
  try {
    await work;
  } catch (error) {
    // A person decided meanwhile, which made it due: it is looked at anew.
    if (error instanceof SealMoved) return;
    throw error;
  }
  crashPoint('seal');
}

/** All of its members left: it ends for the reason they left for. */
async function endEmpty(
  tx: Knex,
  change: Change,
  left: Leaver[],
  now: number,
): Promise<ChainRecord[]> {
  const outcomes = left.map(({ outcome }) => outcome);
  const bad = outcomes.find(({ outcome }) => outcome === 'held');
  const records = await endChange(tx, change, {
    end: bad ? 'failed' : 'superseded',
    reason: reasonOf(bad ?? outcomes[0]),
    now,
  });
  if (records.length === 0) throw new SealMoved(`Change ${change.id} moved`);
  return records;
}

function reasonOf(outcome: ActionOutcome | undefined): Reason | undefined {
  return outcome && 'reason' in outcome ? outcome.reason : undefined;
}

/** The next revision; or only news of the checks, where content and base are the same. */
async function writeAgain(
  tx: Knex,
  change: Change,
  sealed: SealedChange,
  dueAt: number,
): Promise<ChainRecord[]> {
  const before = await readRevision(tx, change);
  const { revision } = sealed;
  const sameContent = before.diffHash === revision.diffHash;
  if (sameContent && before.baseCommit === revision.baseCommit) {
    await updateVerdicts(tx, change, revision);
    const saved = await saveChange(tx, {
      ...change,
      approvalsNeeded: sealed.change.approvalsNeeded,
      claimedBy: undefined,
      dueAt: Date.now(),
    });
    if (!saved) throw new SealMoved(`Change ${change.id} moved`);
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
      dueAt,
    },
  };
  await insertSealed(tx, next);
  await appendTimeline(tx, renderedLines(next));
  return [
    {
      what: 'seal',
      change: change.id,
      revision: revision.revision,
      diff: revision.diffHash,
    },
  ];
}
