import type { Knex } from 'knex';
import { lockMarks } from './forgetMarks';
import { letNextGo } from './letNextGo';
import { rowsFrom, withRows } from './rowsFrom';
import type { Run } from './runRow';
import { WOKEN } from './wakeRuns';

/** What a run came to. */
export interface CompletedRun {
  /** At the version it was read. */
  run: Run;
  leavesLane: boolean;
}

const columns = {
  id: 'text',
  version: 'bigint',
  title: 'text',
  entity_ref: 'text',
  entity_owner_ref: 'text',
  target: 'text',
  mode: 'text',
  state: 'text',
  end: 'text',
  step: 'bigint',
  attempt: 'bigint',
  step_started_at: 'bigint',
  scope: 'text',
  steps: 'text',
  reason: 'text',
  topic: 'text',
  slot: 'text',
  due_at: 'bigint',
  held_at: 'bigint',
  ended_at: 'bigint',
  leaves_lane: 'boolean',
} as const;

const copied = [
  'title',
  'entity_ref',
  'entity_owner_ref',
  'target',
  'mode',
  'state',
  'end',
  'step',
  'attempt',
  'step_started_at',
  'scope',
  'steps',
  'reason',
  'topic',
  'slot',
  'held_at',
  'ended_at',
];

/**
 * Writes what runs came to, where nobody wrote to them since they were read.
 * One that would wait although its news came while it looked is due at once.
 * The dedupe mark of one that failed or was discarded ends with it. Who leaves
 * its lane lets the next one there go.
 *
 * @returns ids of those written
 */
export async function completeRuns(
  tx: Knex,
  completed: CompletedRun[],
): Promise<Set<string>> {
  const forget = await lockMarks(
    tx,
    completed.map(({ run }) => run),
  );
  const rows = await withRows(
    tx,
    'complete_runs',
    `update runs set ${copied.map(name => `"${name}" = v."${name}"`).join(', ')},
       due_at = case when v.state = 'waiting' and runs.topic = '${WOKEN}' then 0 else v.due_at end,
       blocks_lane = case when v.leaves_lane then false else runs.blocks_lane end,
       behind = case when v.leaves_lane then false else runs.behind end,
       claimed_by = null, version = runs.version + 1
     from ${rowsFrom(tx, columns)}
     where runs.id = v.id and runs.version = v.version
     returning runs.id`,
    completed.map(rowOf),
  );
  const written = new Set<string>(rows.map(({ id }) => id));
  await forget(written);
  await letNextGo(
    tx,
    completed.flatMap(({ run, leavesLane }) =>
      leavesLane && written.has(run.id) ? (run.lane ?? []) : [],
    ),
  );
  return written;
}

function rowOf({
  run,
  leavesLane,
}: CompletedRun): Record<keyof typeof columns, unknown> {
  return {
    id: run.id,
    version: run.version,
    title: run.title,
    entity_ref: run.entityRef,
    entity_owner_ref: run.entityOwnerRef,
    target: run.target && JSON.stringify(run.target),
    mode: run.mode,
    state: run.state,
    end: run.end,
    step: run.step,
    attempt: run.attempt,
    step_started_at: run.stepStartedAt,
    scope: JSON.stringify(run.scope),
    steps: JSON.stringify(run.steps),
    reason: run.reason && JSON.stringify(run.reason),
    topic: run.topic,
    slot: run.slot,
    due_at: run.dueAt,
    held_at: run.heldAt,
    ended_at: run.endedAt,
    leaves_lane: leavesLane,
  };
}
