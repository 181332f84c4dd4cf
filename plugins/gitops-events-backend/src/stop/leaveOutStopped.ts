import type { Knex } from 'knex';
import { isPostgres } from '../store/clock';
import type { Stop } from '../store/stops';
import { isAddress } from './isSameRepository';

/** Narrows a query of effects `e` to those that no stop keeps from being written. */
export function leaveOutStopped(
  query: Knex.QueryBuilder,
  knex: Knex,
  stops: readonly Stop[],
): void {
  leaveOutRepositories(query, stops, 'e');
  leaveOutTargets(query, knex, stops);
}

/** Narrows a query by the `repository` of `table` to those that no stop covers whole. */
export function leaveOutRepositories(
  query: Knex.QueryBuilder,
  stops: readonly Stop[],
  table: string,
): void {
  for (const { scope } of stops) {
    const { kind, name = '' } = scope;
    if (kind === 'all') query.whereRaw('1 = 0');
    else if (kind === 'repository') {
      // One that this misses is sealed, and stopped before it is written.
      if (isAddress(name)) {
        query.whereRaw(`lower(${table}.repository) <> ?`, [name.toLowerCase()]);
      } else query.whereNot(`${table}.repository`, name);
    }
  }
}

/** Narrows a query of effects `e` to those whose target no stop names. */
export function leaveOutTargets(
  query: Knex.QueryBuilder,
  knex: Knex,
  stops: readonly Stop[],
): void {
  const target = isPostgres(knex) ? 'r.target::json' : 'r.target';
  for (const { scope } of stops) {
    const { kind, name = '' } = scope;
    if (kind === 'all' || kind === 'repository') continue;
    query.whereNotExists(
      knex('runs as r')
        .select(knex.raw('1'))
        .whereRaw('r.id = e.run_id')
        .whereRaw(`${target}->>? = ?`, [kind, name]),
    );
  }
}
