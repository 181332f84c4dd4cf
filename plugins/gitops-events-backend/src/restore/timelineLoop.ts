import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { startLoop, type Loop } from '../pipeline/loop';
import { presentTime } from '../presentTime';
import { LOOK, stopAll } from '../stop/stopAfterRestore';
import { isPostgres } from '../store/clock';
import { readTimeline } from '../store/timeline';
import { noteRestore } from './noteRestore';
import { inTransaction } from '../store/inTransaction';

const POLL_MS = 2_000;
/** More beats than replicas are apart from each other. */
const AHEAD = 1_000_000;
const WENT_BACK = `The database went back to an earlier state while the portal ran, as after a restore, or where a standby took over that had not got everything. What came after that is not on record. ${LOOK}`;

/**
 * While a replica runs: counts beats in the database. One that finds fewer than it
 * has counted sees that the database went back, and stops writing. One that finds
 * them all on another timeline saw a standby take over that lost nothing, and says
 * so before the next start would take it for a restore.
 */
export function startTimelineLoop({
  knex,
  logger,
}: {
  knex: Knex;
  logger: LoggerService;
}): Loop {
  let counted = 0;
  return startLoop({
    name: 'timeline',
    logger,
    pollMs: POLL_MS,
    turn: async () => {
      if (!isPostgres(knex)) return false;
      const timeline = (await readTimeline(knex)) ?? null;
      const [row] = await knex('installation')
        .where({ id: 1 })
        .update({ beats: knex.raw('beats + 1') })
        .returning(['beats', 'timeline']);
      if (!row) return false;
      const beats = Number(row.beats);
      const wentBack = beats <= counted;
      if (wentBack) {
        // Kept until that is on record.
        const known = await inTransaction(knex, tx => stopOnce(tx, counted));
        counted = known.beats;
        if (known.isNews) logger.warn(`Writing is stopped. ${WENT_BACK}.`);
      } else if (row.timeline !== null && row.timeline !== timeline) {
        logger.warn(
          `PostgreSQL began timeline ${timeline} while this replica ran: a standby took over, and nothing was lost.`,
        );
      }
      if (!wentBack) counted = beats;
      if (row.timeline !== timeline) {
        await knex('installation').where({ id: 1 }).update({ timeline });
      }
      return false;
    },
  });
}

/**
 * The first replica that sees it counts on from where none of them has been, so that the
 * others find nothing missing any more.
 */
async function stopOnce(
  tx: Knex,
  before: number,
): Promise<{ isNews: boolean; beats: number }> {
  const row = await tx('installation').where({ id: 1 }).forUpdate().first();
  if (Number(row.beats) > before) {
    return { isNews: false, beats: Number(row.beats) };
  }
  const beats = before + AHEAD;
  await tx('installation').where({ id: 1 }).update({ beats });
  await noteRestore(tx, `went back ${randomUUID()}`);
  await stopAll(tx, WENT_BACK, presentTime());
  return { isNews: true, beats };
}
