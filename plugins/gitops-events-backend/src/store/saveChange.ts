import type { Knex } from 'knex';
import { changeRowOf, type Change } from './changeRow';

/**
 * Writes a change back, if nobody wrote to it since it was read.
 *
 * @returns the change with its new version, or undefined when somebody did
 */
export async function saveChange(
  tx: Knex,
  change: Change,
): Promise<Change | undefined> {
  const next = { ...change, version: change.version + 1 };
  const written = await tx('changes')
    .where({ id: change.id, version: change.version })
    .update(changeRowOf(next));
  return written === 1 ? next : undefined;
}
