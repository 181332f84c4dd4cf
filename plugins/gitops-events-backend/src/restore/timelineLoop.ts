import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { startLoop, type Loop } from '../pipeline/loop';
import { isPostgres } from '../store/clock';
import { readTimeline } from '../store/timeline';

const POLL_MS = 2_000;

/**
 * A standby that takes over begins a new timeline, as a restore does. A restore is
 * made while no replica runs, so one that lived through it has seen the former, and
 * says so before the next start would take it for a restore.
 */
export function startTimelineLoop({
  knex,
  logger,
}: {
  knex: Knex;
  logger: LoggerService;
}): Loop {
  return startLoop({
    name: 'timeline',
    logger,
    pollMs: POLL_MS,
    turn: async () => {
      if (!isPostgres(knex)) return false;
      const timeline = await readTimeline(knex);
      if (timeline === undefined) return false;
      const written = await knex('installation')
        .where({ id: 1 })
        .whereNot({ timeline })
        .update({ timeline });
      if (written === 1) {
        logger.warn(
          `PostgreSQL began timeline ${timeline} while this replica ran: a standby took over. Where it follows asynchronously, what was acknowledged last may be gone; see "A standby takes over" in docs/operations.md.`,
        );
      }
      return false;
    },
  });
}
