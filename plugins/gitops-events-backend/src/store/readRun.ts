import type { Knex } from 'knex';
import { runOf, type Run } from './runRow';

export async function readRun(
  knex: Knex,
  id: string,
): Promise<Run | undefined> {
  const row = await knex('runs').where({ id }).first();
  return row && runOf(row);
}
