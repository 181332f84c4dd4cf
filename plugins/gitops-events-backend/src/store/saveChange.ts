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

/** Gives a claim back where nothing was found that a person would see; the version stays. */
export async function restChange(
  tx: Knex,
  { id, version, attempt, dueAt }: Change,
): Promise<void> {
  await tx('changes')
    .where({ id, version })
    .update({ attempt, due_at: dueAt, claimed_by: null });
}
