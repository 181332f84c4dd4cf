import type { Knex } from 'knex';
import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import { reasonCode } from '../store/reasonCode';
import { optionalJson } from '../store/runRow';

/** Something that waits for people who were not told yet. */
export interface Pending {
  /** Stands for this wait for ever: told once. */
  scope: string;
  id: string;
  title: string;
  sensor: string;
  /** Entity references of those it waits for. */
  owners: string[];
  reason: Reason | undefined;
}

/** Held runs that nobody was told of, oldest first. */
export async function readPendingHeld(
  knex: Knex,
  limit: number,
): Promise<Pending[]> {
  const scope = `'run:' || runs.id || ':' || runs.held_at`;
  const rows = await knex('runs')
    .where('runs.state', 'held')
    .whereNotExists(told(knex, scope))
    .orderBy(['runs.held_at', 'runs.seq'])
    .limit(limit)
    .select('runs.*', knex.raw(`${scope} as scope`));
  return rows.map(pendingOf);
}

/** Changes that wait for a person, oldest first. New content is a new wait. */
export async function readPendingChanges(
  knex: Knex,
  limit: number,
): Promise<Pending[]> {
  const scope = `'change:' || changes.id || ':' || changes.revision`;
  const rows = await knex('changes')
    .whereRaw("changes.state <> 'ended'")
    .where('changes.state', 'waiting')
    // Its host's checks and a freeze end without us, whoever is told.
    .whereRaw(
      `coalesce(${reasonCode(knex, 'changes')}, '') not in ('blocked', 'freeze')`,
    )
    .whereNotExists(told(knex, scope))
    .orderBy('changes.seq')
    .limit(limit)
    .select('changes.*', knex.raw(`${scope} as scope`));
  return rows.map(pendingOf);
}

/** Remembers what was told. Twice is once. */
export async function markTold(
  knex: Knex,
  scopes: string[],
  at: number,
): Promise<void> {
  for (let start = 0; start < scopes.length; start += 200) {
    await knex('notified')
      .insert(scopes.slice(start, start + 200).map(scope => ({ scope, at })))
      .onConflict('scope')
      .ignore();
  }
}

/** Forgets what was told before then, so that what still waits is told again. */
export async function forgetTold(knex: Knex, before: number): Promise<void> {
  await knex('notified').where('at', '<', before).delete();
}

function told(knex: Knex, scope: string): Knex.QueryBuilder {
  return knex('notified')
    .whereRaw(`notified.scope = ${scope}`)
    .select('notified.scope');
}

function pendingOf(row: Record<string, any>): Pending {
  const owners = [row.owner_ref, row.entity_owner_ref];
  return {
    scope: row.scope,
    id: row.id,
    title: row.title,
    sensor: row.sensor,
    owners: [...new Set(owners.filter(Boolean))],
    reason: optionalJson<Reason>(row.reason),
  };
}
