import type { Knex } from 'knex';
import { rowsFrom, withRows } from './rowsFrom';
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
 * this revision, if it is still at the version read, if nobody else writes it at
 * this moment, and if all its members still wait to join it.
 *
 * @param claimedBy - who has the claim on it; undefined: nobody may have it
 * @throws SealMoved when not; the transaction must not be committed then
 */
export async function insertSealed(
  tx: Knex,
  { change, revision, members }: SealedChange,
  claimedBy?: string,
): Promise<void> {
  if (revision.revision === 1) {
    await tx('changes').insert(changeRowOf(change));
  } else {
    const written = await tx('changes')
      .where({ id: change.id, version: change.version })
      .where({ claimed_by: claimedBy ?? null })
      .update({ ...changeRowOf(change), version: change.version + 1 });
    if (written !== 1) {
      throw new SealMoved(`Change ${change.id} moved while it was sealed`);
    }
  }
  await tx('change_revisions').insert(revisionRowOf(revision));
  const columns = {
    id: 'text',
    change: 'text',
    revision: 'bigint',
    edits: 'text',
  } as const;
  const joined = await withRows(
    tx,
    'seal_effects',
    `update effects set edits = v.edits, change_id = v.change, state = 'member',
       revision = case when state = 'member' then effects.revision else v.revision end
     from ${rowsFrom(tx, columns)}
     where effect_id = v.id
       and (state = 'pending' or (state = 'member' and change_id = v.change))
     returning effect_id`,
    members.map(({ effectId, edits }) => ({
      id: effectId,
      change: change.id,
      revision: revision.revision,
      edits: JSON.stringify(edits),
    })),
  );
  if (joined.length !== members.length) {
    throw new SealMoved(`A run left change ${change.id} while it was sealed`);
  }
}
