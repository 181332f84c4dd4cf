import type { Knex } from 'knex';
import { chunks } from './chunks';
import type { PendingBase } from './readPending';
import { inTransaction } from './inTransaction';

type Base = Pick<PendingBase, 'repository' | 'base'>;

/** An effect that Git has and that the database did not know after a restore. */
export interface RestoredEffect {
  /** Beginning of its id; empty where a commit does not tell whom it carries. */
  effect: string;
  /** Beginning of the digest of its change key. */
  changeKey: string;
  /** How new it counts, as of `ValueAge`; of an unknown one, at most. */
  asOf: number;
  /** Undefined: the history was too long to be read. */
  commit?: string;
}

/** Whether the history of a base was read since a restore. */
export async function isSearched(
  knex: Knex,
  restoreId: number,
  { repository, base }: Base,
): Promise<boolean> {
  const row = await knex('restored_bases')
    .where({ restore_id: restoreId, repository, base })
    .first('base');
  return row !== undefined;
}

/** Keeps what the history of a base told. A second replica that read it too changes nothing. */
export async function insertSearched(
  knex: Knex,
  restoreId: number,
  { repository, base }: Base,
  found: RestoredEffect[],
): Promise<void> {
  await inTransaction(knex, async tx => {
    const [isFirst] = await tx('restored_bases')
      .insert({ restore_id: restoreId, repository, base })
      .onConflict()
      .ignore()
      .returning('base');
    if (!isFirst) return;
    for (const some of chunks(found, 100)) {
      await tx('restored_effects').insert(
        some.map(({ effect, changeKey, asOf, commit }) => ({
          ...{ repository, base, effect, change_key: changeKey },
          ...{ as_of: asOf, commit_id: commit ?? null },
        })),
      );
    }
  });
}

/** What is known of these effects, of others of their change keys, and of those that nobody knows. */
export async function readRestoredEffects(
  knex: Knex,
  { repository, base }: Base,
  wanted: Array<Pick<RestoredEffect, 'effect' | 'changeKey'>>,
): Promise<RestoredEffect[]> {
  const find = (column: 'effect' | 'change_key', values: string[]) =>
    knex('restored_effects')
      .where({ repository, base })
      .whereIn(column, values)
      .select('effect', 'change_key', 'as_of', 'commit_id');
  const rows: any[] = await find('effect', ['']);
  for (const some of chunks([...new Set(wanted.map(it => it.effect))])) {
    rows.push(...(await find('effect', some)));
  }
  for (const some of chunks([...new Set(wanted.map(it => it.changeKey))])) {
    rows.push(...(await find('change_key', some)));
  }
  return rows.map(row => ({
    effect: row.effect,
    changeKey: row.change_key,
    asOf: Number(row.as_of),
    commit: row.commit_id ?? undefined,
  }));
}
