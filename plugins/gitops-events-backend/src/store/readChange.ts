import type { FileDiff } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import {
  changeOf,
  revisionOf,
  type Change,
  type ChangeRevision,
} from './changeRow';

export async function readChange(
  knex: Knex,
  id: string,
): Promise<Change | undefined> {
  const row = await knex('changes').where({ id }).first();
  return row && changeOf(row);
}

/** Paths that a change's present revision writes or deletes. */
export async function readChangedPaths(
  knex: Knex,
  change: Pick<Change, 'id' | 'revision'>,
): Promise<string[]> {
  const row = await knex('change_revisions')
    .where({ change_id: change.id, revision: change.revision })
    .first('diff');
  const diff: FileDiff[] = JSON.parse(row.diff);
  return diff.map(({ path }) => path);
}

/** The sealed content of a change's present revision. */
export async function readRevision(
  knex: Knex,
  change: Pick<Change, 'id' | 'revision'>,
): Promise<ChangeRevision> {
  const row = await knex('change_revisions')
    .where({ change_id: change.id, revision: change.revision })
    .first();
  if (!row) {
    throw new Error(`Change ${change.id} has no revision ${change.revision}`);
  }
  return revisionOf(row);
}
