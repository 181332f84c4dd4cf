import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { findStop } from '../stop/findStop';
import { OURSELVES, stopRecord } from '../stop/stopRecord';
import type { ChainRecord } from '../store/chain';
import { readUnclosed } from '../store/restoredOrphans';
import { readUnsettled, settleRepository } from '../store/restoredRepositories';
import { insertStop, lockStops, type Stop } from '../store/stops';

const REASON =
  'The database came from a backup. Pull requests that it does not know are looked for and closed first. This is lifted by itself; lift it by hand to leave them open';

/**
 * When a person lifts a stop of a database that came from a backup, in that
 * transaction: what it covered and was not looked through yet is stopped on by
 * ourselves, repository by repository. Who lifts such a stop settles it, and what
 * was to be closed there and was not is given up.
 *
 * @returns what is to be put on record
 */
export async function stopUnsettled(
  tx: Knex,
  { scope, by: setBy }: Pick<Stop, 'scope' | 'by'>,
  { by, at }: { by: string; at: number },
): Promise<ChainRecord[]> {
  const records: ChainRecord[] = [];
  if (setBy === OURSELVES && scope.kind === 'repository') {
    if (await settleRepository(tx, scope.name!)) {
      for (const orphan of await readUnclosed(tx, scope.name!)) {
        records.push({ what: 'orphan', ...orphan, outcome: 'given up', by });
      }
    }
  }
  for (const { repository } of await readUnsettled(tx)) {
    records.push(...(await stopRepository(tx, repository, at)));
  }
  return records;
}

/** Stops one repository, unless something stops it already. */
export async function stopRepository(
  tx: Knex,
  repository: string,
  at: number,
): Promise<ChainRecord[]> {
  if (findStop(await lockStops(tx), { repository, targets: [] })) return [];
  const id = randomUUID().replaceAll('-', '');
  const scope = { kind: 'repository', name: repository } as const;
  const asked = { id, scope, reason: REASON, by: OURSELVES, at };
  const set = await insertStop(tx, asked);
  return set ? [stopRecord('set', set, { by: OURSELVES, reason: REASON })] : [];
}
