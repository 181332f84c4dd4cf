import type { Knex } from 'knex';
import {
  breakerText,
  lockBreakers,
  writeBreaker,
  type BreakerRow,
} from '../store/breakers';
import type { Run } from '../store/runRow';
import { settle, type Breaker } from './breaker';
import { answerOf, type RunBreaker } from './breakerOf';

/** A run that ended or is held, and the breaker that it stands behind. */
export interface Settling {
  run: Run;
  breaker: RunBreaker;
}

/**
 * Locks the breakers that these runs have something to say to; before the runs
 * themselves are written, as whoever lets runs through does.
 */
export function lockForSettling(
  tx: Knex,
  settling: Settling[],
): Promise<BreakerRow[]> {
  if (settling.length === 0) return Promise.resolve([]);
  const failing = settling.filter(
    ({ run, breaker }) => answerOf(run, breaker.counts) === 'failed',
  );
  return lockBreakers(
    tx,
    settling.map(({ breaker }) => breaker),
    failing.map(({ breaker }) => breaker),
  );
}

/** Counts what runs came to, in the transaction that ends them. */
export async function settleBreakers(
  tx: Knex,
  locked: BreakerRow[],
  settling: Settling[],
  now: number,
): Promise<void> {
  for (const row of locked) {
    let next = row.breaker;
    for (const { run, breaker } of settling) {
      if (breakerText(breaker) !== breakerText(row)) continue;
      next = settle(next, breaker.settings, {
        run: run.id,
        answer: answerOf(run, breaker.counts),
        reason: run.reason && {
          code: run.reason.code,
          message: run.reason.message.slice(0, 300),
        },
        at: now,
      });
    }
    if (next === row.breaker) continue;
    await writeBreaker(
      tx,
      row,
      next,
      isWaking(row, next, now) ? now : undefined,
    );
  }
}

/** It has just closed, or those that waited for that are still being woken. */
function isWaking(
  { breaker, lookAt = Infinity }: BreakerRow,
  next: Breaker,
  now: number,
): boolean {
  if (next.state !== 'closed') return false;
  return breaker.state !== 'closed' || lookAt <= now;
}

/** A probe that a person ended makes place for the next. */
export async function giveProbeBack(tx: Knex, run: Run): Promise<void> {
  const rows = await lockBreakers(tx, [
    ...(await tx('breakers')
      .where({ sensor: run.sensor, probe: run.id })
      .select('sensor', 'scope')),
  ]);
  for (const row of rows) {
    if (row.breaker.state === 'halfOpen' && row.breaker.probe === run.id) {
      await writeBreaker(tx, row, { ...row.breaker, probe: undefined });
    }
  }
}
