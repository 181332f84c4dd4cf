import type { Knex } from 'knex';
import { chunks } from './chunks';
import { runOf, type Run } from './runRow';

/** A run as it is made; the database numbers it, which is its place in its lane. */
export type NewRun = Omit<
  Run,
  'seq' | 'end' | 'topic' | 'claimedBy' | 'version' | 'startedAt' | 'endedAt'
>;

/**
 * Inserts runs in the order given and returns them with their numbers. One
 * that was made before, for an identity forgotten since, is left as it is.
 */
export async function insertRuns(tx: Knex, runs: NewRun[]): Promise<Run[]> {
  const inserted: Run[] = [];
  for (const some of chunks(runs, 100)) {
    const rows = await tx('runs')
      .insert(some.map(rowOf))
      .onConflict('id')
      .ignore()
      .returning('*');
    inserted.push(...rows.map(runOf));
  }
  return inserted;
}

function rowOf(run: NewRun): Record<string, unknown> {
  const json = (value: unknown) =>
    value === undefined ? null : JSON.stringify(value);
  return {
    id: run.id,
    event_uid: run.eventUid,
    sensor: run.sensor,
    revision: run.revision,
    generation: run.generation,
    title: run.title,
    owner_ref: run.ownerRef,
    entity_ref: run.entityRef ?? null,
    entity_owner_ref: run.entityOwnerRef ?? null,
    target: json(run.target),
    mode: run.mode,
    scope: json(run.scope),
    lane: run.lane ?? null,
    // What is held does not keep the others of its lane waiting.
    blocks_lane: run.lane !== undefined && run.state !== 'held',
    state: run.state,
    step: run.step,
    attempt: run.attempt,
    steps: JSON.stringify(run.steps),
    reason: json(run.reason),
    due_at: run.dueAt,
    held_at: run.heldAt ?? null,
    version: 1,
    created_at: run.createdAt,
  };
}
