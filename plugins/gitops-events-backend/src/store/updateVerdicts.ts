import type { Knex } from 'knex';
import type { Change, ChangeRevision } from './changeRow';

/** Replaces what the checks said of the present content of a change. */
export async function updateVerdicts(
  tx: Knex,
  { id, revision }: Pick<Change, 'id' | 'revision'>,
  what: Pick<
    ChangeRevision,
    'verdicts' | 'judgedBy' | 'unjudged' | 'judgeAt' | 'mergesItself'
  >,
): Promise<void> {
  await tx('change_revisions')
    .where({ change_id: id, revision })
    .update({
      verdicts: JSON.stringify(what.verdicts),
      judged_by: what.judgedBy ?? null,
      unjudged: what.unjudged,
      judge_at: what.judgeAt ?? null,
      merges_itself: what.mergesItself,
    });
}
