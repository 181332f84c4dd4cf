import type { Knex } from 'knex';
import type { Change } from './changeRow';

/**
 * Members that joined a change with content that its host does not have yet:
 * their revision stands on the same head as the present one.
 */
export async function readNewcomers(
  knex: Knex,
  { id, revision }: Pick<Change, 'id' | 'revision'>,
): Promise<Array<{ effectId: string }>> {
  const rows = await knex('effects as e')
    .join('change_revisions as joined', join =>
      join
        .on('joined.change_id', 'e.change_id')
        .andOn('joined.revision', 'e.revision'),
    )
    .join('change_revisions as present', join =>
      join
        .on('present.change_id', 'e.change_id')
        .andOn('present.expected_head', 'joined.expected_head'),
    )
    .where({ 'e.change_id': id, 'e.state': 'member' })
    .where('present.revision', revision)
    .select('e.effect_id');
  return rows.map(row => ({ effectId: row.effect_id }));
}

/** The last revision that came to the host, where a newer one stands on `expectedHead`. */
export async function lastAtHost(
  knex: Knex,
  id: string,
  expectedHead: string | undefined,
): Promise<number> {
  const [row] = await knex('change_revisions')
    .where({ change_id: id })
    .where(other =>
      other
        .whereNull('expected_head')
        .orWhereNot('expected_head', expectedHead ?? ''),
    )
    .max({ revision: 'revision' });
  return Number(row.revision);
}
