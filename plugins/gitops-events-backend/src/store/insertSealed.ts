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

/** A person or another replica was faster: what was sealed is not what is there. */
export class SealMoved extends Error {}

/**
 * Writes a sealed change. A change of that name that was there goes on with
 * this revision, if it is still at the version read, and if all its members
 * still wait to join it.
 *
 * @throws SealMoved when not; the transaction must not be committed then
 */
export async function insertSealed(
  tx: Knex,
  { change, revision, members }: SealedChange,
): Promise<void> {
  if (revision.revision === 1) {
    await tx('changes').insert(changeRowOf(change));
  } else {
    const written = await tx('changes')
      .where({ id: change.id, version: change.version })
      .update({ ...changeRowOf(change), version: change.version + 1 });
    if (written !== 1) {
      throw new SealMoved(`Change ${change.id} moved while it was sealed`);
    }
  }
  await tx('change_revisions').insert(revisionRowOf(revision));
  for (const { effectId, edits } of members) {
    const joined = await tx('effects')
      .where({ effect_id: effectId })
      .where(effect =>
        effect
          .where({ state: 'pending' })
          .orWhere({ state: 'member', change_id: change.id }),
      )
      .update({
        state: 'member',
        change_id: change.id,
        revision: revision.revision,
        edits: JSON.stringify(edits),
      });
    if (joined !== 1) {
      throw new SealMoved(`Effect ${effectId} left while it was sealed`);
    }
  }
}
