import type { Knex } from 'knex';
import type { RevertPreview } from '@gitops-events/plugin-gitops-events-common';
import type { Run } from '../store/runRow';

const SHOWN = 20;

/** Later runs of these change keys whose value is not merged yet. */
export async function readLater(
  knex: Knex,
  run: Run,
  changeKeys: string[],
): Promise<RevertPreview['held']> {
  const rows = await knex('effects as e')
    .join('runs', 'runs.id', 'e.run_id')
    .leftJoin('changes as c', 'c.id', 'e.change_id')
    .leftJoin('reverts', 'reverts.run_id', 'e.run_id')
    .whereIn('e.change_key', changeKeys)
    .where('e.run_seq', '>', run.seq)
    .whereIn('e.state', ['pending', 'member'])
    .whereNull('c.end')
    .whereNull('reverts.run_id')
    .orderBy('e.run_seq')
    .limit(SHOWN)
    .distinct('runs.id', 'runs.title', 'e.run_seq');
  return rows.map(({ id, title }) => ({ runId: id, title }));
}
