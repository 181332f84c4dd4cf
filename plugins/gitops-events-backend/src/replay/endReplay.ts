import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { nowSql } from '../store/clock';
import { readStillWaiting, writeFindings, type Finding } from './findings';
import { forgetMemory } from './memory';
import type { Recorded } from './readRecorded';
import type { Difference, Replay, ReplayCounts } from './replay';
import { moveReplay } from './takePage';
import { inTransaction } from '../store/inTransaction';

/** Events that wait to the end, settled at once. */
const atOnce = 500;

/** Every event was looked at: what waits still, waits. Ends the replay once none is left to say so of. */
export async function settleWaiting(knex: Knex, replay: Replay): Promise<void> {
  const waiting = await readStillWaiting(knex, replay.id, atOnce);
  const counts: ReplayCounts = { ...replay.counts };
  const findings = waiting.map((finding): Finding => {
    const difference = stillWaiting(finding.then?.outcome);
    counts[difference] += 1;
    return { ...finding, difference };
  });
  counts.waiting -= findings.length;
  await inTransaction(knex, async tx => {
    const done = waiting.length < atOnce;
    await moveReplay(tx, replay, {
      counts: JSON.stringify(counts),
      ...(done
        ? { state: 'done', ended_at: tx.raw(nowSql(tx)) }
        : { due_at: tx.raw(nowSql(tx)) }),
    });
    await writeFindings(tx, replay.id, findings);
    if (done) await forgetMemory(tx, replay.id);
  });
}

function stillWaiting(
  then: Recorded['outcome'] | undefined,
): Exclude<Difference, 'waiting'> {
  if (then === 'waiting') return 'alike';
  return then === 'fired' ? 'noLongerFires' : 'other';
}

/** Lets it stand still until a person looks at it. */
export function haltReplay(
  knex: Knex,
  replay: Replay,
  reason: Reason,
): Promise<void> {
  return moveReplay(knex, replay, {
    state: 'paused',
    reason: JSON.stringify(reason),
  });
}

/** Ends a replay that cannot go on. */
export async function failReplay(
  knex: Knex,
  replay: Replay,
  reason: Reason,
): Promise<void> {
  await inTransaction(knex, async tx => {
    await moveReplay(tx, replay, {
      state: 'failed',
      reason: JSON.stringify(reason),
      ended_at: tx.raw(nowSql(tx)),
    });
    await forgetMemory(tx, replay.id);
  });
}
