import type { LoggerService } from '@backstage/backend-plugin-api';
import { presentTime } from '../presentTime';
import { stopAll } from '../stop/stopAfterRestore';
import type { Database } from '../store/database';
import { noteRestore } from '../restore/noteRestore';
import type { AuditRef } from './AuditRef';
import { inTransaction } from '../store/inTransaction';

const REASON =
  'The audit ref knows decisions that the database does not have, as after a restore from a backup. Look at the open pull requests and at what was merged since, then lift this';

/**
 * Starts stopped where what the last anchor holds is not in the database. It
 * tells what the identity of a server cannot: a copy of its files, and SQLite.
 * Once a person lifted that, the same anchor stops it no more.
 * A database in memory knows nothing at each start, which is no news.
 */
export async function stopWhereMissing(
  { knex, lasts }: Pick<Database, 'knex' | 'lasts'>,
  ref: AuditRef,
  logger: LoggerService,
): Promise<void> {
  if (!lasts) return;
  const { heads = {} } = (await ref.last()) ?? {};
  for (const [stream, { number, digest }] of Object.entries(heads)) {
    if (number === 0) continue;
    const row = await knex('chain').where({ stream, number }).first('digest');
    if (row?.digest === digest) continue;
    const isNews = await inTransaction(knex, async tx => {
      const mark = `audit ${stream} ${number} ${digest}`;
      const restore = await noteRestore(tx, mark);
      if (restore) await stopAll(tx, REASON, presentTime());
      return restore !== undefined;
    });
    if (isNews) logger.warn(`Writing is stopped. ${REASON}.`);
    return;
  }
}
