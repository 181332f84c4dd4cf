import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { startLoop, type Loop } from '../pipeline/loop';
import { isPostgres } from '../store/clock';
import { readCutoffs } from './cutoffs';
import { parts } from './parts';
import type { Retention } from './readRetention';
import {
  afterBatch,
  begin,
  claimSweep,
  keepSweep,
  lockSweep,
  SweepMoved,
  type Taken,
} from './sweep';

const POLL_MS = 60_000;
/** From the end of a sweep to the begin of the next one. */
const SWEEP_EVERY_MS = 3_600_000;
/** Whoever holds the sweep and dies gives it up after this. */
const CLAIM_MS = 60_000;
/** PostgreSQL ends a statement that takes longer, and a batch that stands still: others wait for it. It is tried again. */
const STATEMENT_MS = 20_000;
/** Between two batches, so that others come first. */
const PAUSE_MS = 50;

export interface RetentionOptions {
  knex: Knex;
  retention: Retention;
}

/** Erases what was kept long enough. Of several replicas one does, batch by batch. */
export function startRetentionLoop(
  options: RetentionOptions & { logger: LoggerService },
): Loop {
  return startLoop({
    name: 'retention',
    pollMs: POLL_MS,
    logger: options.logger,
    turn: async () => (await sweepOnce(options)) && PAUSE_MS,
  });
}

/**
 * One batch, in a transaction of its own.
 *
 * @returns whether the sweep goes on
 */
export async function sweepOnce({
  knex,
  retention,
}: RetentionOptions): Promise<boolean> {
  const claimed = await claimSweep(knex, CLAIM_MS);
  if (!claimed) return false;
  const { name, take } = parts[claimed.part] ?? parts[0];
  try {
    // eslint-disable-next-line no-restricted-syntax -- it has limits of its own
    return await knex.transaction(async tx => {
      if (isPostgres(tx)) {
        await tx.raw(
          "select set_config('statement_timeout', ?, true), set_config('idle_in_transaction_session_timeout', '5s', true)",
          [String(STATEMENT_MS)],
        );
      }
      await lockSweep(tx, claimed);
      const from = claimed.after ?? claimed.begins[name] ?? begin;
      const taken: Taken = await take(
        tx,
        await readCutoffs(tx, retention),
        from,
      );
      const { sweep, ended } = afterBatch(
        claimed,
        taken,
        parts.map(part => part.name),
      );
      await keepSweep(tx, sweep, {
        dueInMs: ended ? SWEEP_EVERY_MS : 0,
        erasedUntil: taken.erasedUntil,
      });
      return !ended;
    });
  } catch (error) {
    if (error instanceof SweepMoved) return false;
    throw error;
  }
}
