import type { Knex } from 'knex';
import { runOf, type Run } from './runRow';

/** Runs by id, in no order; those that are not kept are missing. */
export async function readRuns(knex: Knex, ids: string[]): Promise<Run[]> {
  const runs: Run[] = [];
  for (let start = 0; start < ids.length; start += 500) {
    const rows = await knex('runs').whereIn(
      'id',
      ids.slice(start, start + 500),
    );
    runs.push(...rows.map(runOf));
  }
  return runs;
}
