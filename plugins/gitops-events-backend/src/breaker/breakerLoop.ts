import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import { startLoop, type Loop } from '../pipeline/loop';
import { presentTime } from '../presentTime';
import {
  breakerRowOf,
  type BreakerKey,
  type BreakerRow,
} from '../store/breakers';
import { isPostgres } from '../store/clock';
import { isParked, wakeNext, wakeParked } from '../store/parkRuns';
import { breakerTopic } from './waitsForBreaker';
import { inTransaction } from '../store/inTransaction';

/** Runs that go on at once when a breaker has closed; the others follow. */
const AT_ONCE = 200;
/** A run that was to be the probe and never asked, such as one that was cancelled, is replaced after this. */
const PATIENCE_MS = 5_000;

/**
 * Lets runs go on that wait for a breaker, also when no event comes: one when
 * it may be tried again, all of them, some at a time, when it has closed. A
 * breaker that counts nothing any more is forgotten.
 */
export function startBreakerLoop(options: {
  knex: Knex;
  nudges: Nudges;
  logger: LoggerService;
}): Loop {
  const { knex, nudges, logger } = options;
  const loop = startLoop({
    name: 'breaker',
    logger,
    pollMs: 1_000,
    turn: async () => {
      const due: BreakerKey[] = await knex('breakers')
        .where('look_at', '<=', presentTime())
        .orderBy('look_at')
        .limit(20)
        .select('sensor', 'scope');
      for (const key of due) {
        await inTransaction(knex, tx => goOn(tx, key, presentTime()));
        nudges.send('runs');
      }
      return due.length > 0;
    },
  });
  const off = nudges.on('breakers', loop.nudge);
  return {
    nudge: loop.nudge,
    stop: () => {
      off();
      return loop.stop();
    },
  };
}

/**
 * Wakes those that may ask a breaker now, and forgets one that is as though it
 * had never failed. Two replicas take turns at its row.
 */
export async function goOn(
  tx: Knex,
  key: BreakerKey,
  now: number,
): Promise<void> {
  const found = await tx('breakers')
    .where({ sensor: key.sensor, scope: key.scope })
    .where('look_at', '<=', now)
    .modify(query => {
      if (isPostgres(tx)) query.forUpdate();
    })
    .first();
  if (!found) return;
  const row = breakerRowOf(found);
  const lookAt = await lookAgainAt(tx, row, now);
  const kept = tx('breakers').where({ sensor: row.sensor, scope: row.scope });
  await (lookAt === 'never' ? kept.delete() : kept.update({ look_at: lookAt }));
}

/**
 * Wakes those, and tells when to look again: null while nothing is to be done,
 * `never` where it is closed, all have gone on and nothing is counted any more.
 */
async function lookAgainAt(
  tx: Knex,
  row: BreakerRow,
  now: number,
): Promise<number | null | 'never'> {
  const topic = breakerTopic(row);
  const { breaker } = row;
  if (breaker.state === 'closed') {
    if ((await wakeParked(tx, topic, AT_ONCE)) === AT_ONCE) return now;
    const { until = now } = breaker;
    return until > now ? until : 'never';
  }
  // One whose lane does not allow it yet may be the probe later.
  const mayBeMore = (await wakeNext(tx, topic)) || (await isParked(tx, topic));
  return mayBeMore ? now + PATIENCE_MS : null;
}
