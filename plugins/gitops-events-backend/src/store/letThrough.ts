import type { Knex } from 'knex';
import { rowsFrom, withRows } from './rowsFrom';
import type { Run } from './runRow';

const columns = { id: 'text', version: 'bigint', slot: 'text' } as const;

/**
 * Notes that claimed runs need not ask again, and the places they take.
 *
 * @returns ids of those that nobody wrote to since they were claimed
 */
export async function letThrough(
  tx: Knex,
  runs: Array<Pick<Run, 'id' | 'version' | 'slot'>>,
): Promise<Set<string>> {
  const written = await withRows(
    tx,
    'let_through',
    `update runs set gated = false, attempt = 1, slot = v.slot
     from ${rowsFrom(tx, columns)}
     where runs.id = v.id and runs.version = v.version
     returning runs.id`,
    runs.map(({ id, version, slot }) => ({ id, version, slot })),
  );
  return new Set(written.map(({ id }) => id));
}
