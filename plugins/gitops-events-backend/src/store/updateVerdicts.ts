import type { Knex } from 'knex';
import type { Change, ChangeRevision } from './changeRow';

/** Replaces what the checks said of the present content of a change. */
export async function updateVerdicts(
  tx: Knex,
  { id, revision }: Pick<Change, 'id' | 'revision'>,
  { verdicts, mergesItself }: Pick<ChangeRevision, 'verdicts' | 'mergesItself'>,
): Promise<void> {
  await tx('change_revisions')
    .where({ change_id: id, revision })
    .update({
      verdicts: JSON.stringify(verdicts),
      merges_itself: mergesItself,
    });
}
