import type { Knex } from 'knex';
import { isPostgres } from '../../store/clock';

/** Every row of every table, as text. */
export async function everythingKept(knex: Knex): Promise<string> {
  const names: string[] = isPostgres(knex)
    ? await knex('information_schema.tables')
        .whereRaw('table_schema = any(current_schemas(false))')
        .pluck('table_name')
    : await knex('sqlite_master').where({ type: 'table' }).pluck('name');
  const kept: string[] = [];
  for (const name of names) {
    for (const row of await knex(name)) {
      const fields = Object.values(row).map(value =>
        Buffer.isBuffer(value) ? value.toString('utf8') : String(value),
      );
      kept.push(`${name}: ${fields.join('\n')}`);
    }
  }
  for (const name of ['runs', 'sensor_revisions', 'timeline', 'chain']) {
    if (!names.includes(name)) throw new Error(`${name} was not looked at`);
  }
  return kept.join('\n');
}
