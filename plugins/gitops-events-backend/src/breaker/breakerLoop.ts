import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import { startLoop, type Loop } from '../pipeline/loop';
import { breakerRowOf, type BreakerKey } from '../store/breakers';
import { isPostgres } from '../store/clock';
import { isParked, wakeNext, wakeParked } from '../store/parkRuns';
import { breakerTopic } from './waitsForBreaker';

/** Runs that go on at once when a breaker has closed; the others follow. */
const AT_ONCE = 200;
/** A run that was to be the probe and never asked, such as one that was cancelled, is replaced after this. */
const PATIENCE_MS = 5_000;

/**
 * Lets runs go on that wait for a breaker, also when no event comes: one when
 * it may be tried again, all of them, some at a time, when it has closed.
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
        .where('look_at', '<=', Date.now())
        .orderBy('look_at')
        .limit(20)
        .select('sensor', 'scope');
      for (const key of due) {
        await knex.transaction(tx => goOn(tx, key, Date.now()));
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

/** Wakes those that may ask a breaker now. Two replicas take turns at its row. */
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
  const isClosed = row.breaker.state === 'closed';
  const lookAgain = isClosed ? now : now + PATIENCE_MS;
  const topic = breakerTopic(row);
  const mayBeMore = isClosed
    ? (await wakeParked(tx, topic, AT_ONCE)) === AT_ONCE
    : // One whose lane does not allow it yet may be the probe later.
      (await wakeNext(tx, topic)) || (await isParked(tx, topic));
  await tx('breakers')
    .where({ sensor: row.sensor, scope: row.scope })
    .update({ look_at: mayBeMore ? lookAgain : null });
}
