import type { Knex } from 'knex';
import {
  changeRowOf,
  revisionRowOf,
  type Change,
  type ChangeRevision,
} from './changeRow';

/** A change with its newest revision, and the effects that are its members from now on. */
export interface SealedChange {
  change: Change;
  revision: ChangeRevision;
  members: Array<{ effectId: string; edits: unknown }>;
}

/**
 * Writes a sealed change. A change of that name that was there goes on with
 * this revision, if it is still at the version read.
 *
 * @returns whether it was written
 */
export async function insertSealed(
  tx: Knex,
  { change, revision, members }: SealedChange,
): Promise<boolean> {
  if (revision.revision === 1) {
    await tx('changes').insert(changeRowOf(change));
  } else {
    const written = await tx('changes')
      .where({ id: change.id, version: change.version })
      .update({ ...changeRowOf(change), version: change.version + 1 });
    if (written !== 1) return false;
  }
  await tx('change_revisions').insert(revisionRowOf(revision));
  for (const { effectId, edits } of members) {
    await tx('effects')
      .where({ effect_id: effectId })
      .update({
        state: 'member',
        change_id: change.id,
        revision: revision.revision,
        edits: JSON.stringify(edits),
      });
  }
  return true;
}
