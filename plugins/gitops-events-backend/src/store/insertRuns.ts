import type { Knex } from 'knex';
import { mayBeginOne } from '../pipeline/fairShares';
import { chunks } from './chunks';
import { nowSql } from './clock';
import { rowsFrom, withRows } from './rowsFrom';
import { runColumns, runOf, type Run } from './runRow';

/** A run as it is made; the database numbers it, which is its place in its lane. */
export type NewRun = Omit<
  Run,
  | 'seq'
  | 'end'
  | 'slot'
  | 'claimedBy'
  | 'version'
  | 'startedAt'
  | 'stepStartedAt'
  | 'agreed'
  | 'endedAt'
>;

/** Who takes runs as they are made, and for how many milliseconds. */
export interface FirstClaim {
  replica: string;
  claimMs: number;
  /** Places that it has left. */
  free: number;
  /** Places that sensors have, by name. */
  running: ReadonlyMap<string, number>;
}

const columns = {
  id: 'text',
  event_uid: 'text',
  sensor: 'text',
  revision: 'bigint',
  generation: 'bigint',
  title: 'text',
  owner_ref: 'text',
  entity_ref: 'text',
  entity_owner_ref: 'text',
  target: 'text',
  mode: 'text',
  scope: 'text',
  lane: 'text',
  blocks_lane: 'boolean',
  step: 'bigint',
  steps: 'text',
  reason: 'text',
  held_at: 'bigint',
  created_at: 'bigint',
  gated: 'boolean',
  priority: 'bigint',
} as const;

const names = Object.keys(columns);
/** Computed, depending on whether it begins at once. */
const claimable = {
  state: 'text',
  topic: 'text',
  due_at: 'bigint',
  attempt: 'bigint',
  n: 'bigint',
  may_begin: 'boolean',
  claimant: 'text',
  claim_ms: 'bigint',
} as const;

/**
 * Inserts runs in the order given and returns them with their numbers. One
 * that was made before, for an identity forgotten since, is left as it is.
 *
 * @param claim - takes those that may begin at once, as `claimRuns` would
 */
export async function insertRuns(
  tx: Knex,
  runs: NewRun[],
  claim: FirstClaim,
): Promise<Run[]> {
  const now = nowSql(tx);
  const begins = `(v.may_begin and v.due_at <= ${now} and not exists (
    select 1 from runs e where e.lane = v.lane and e.blocks_lane))`;
  const sql = `
    insert into runs (${names.join(', ')}, version, state, topic, attempt, due_at, claimed_by, started_at, step_started_at)
    select ${names.map(name => `v.${name}`).join(', ')}, 1,
      case when ${begins} then 'running' else v.state end,
      case when ${begins} then null else v.topic end,
      case when ${begins} then v.attempt + 1 else v.attempt end,
      case when ${begins} then ${now} + v.claim_ms else v.due_at end,
      case when ${begins} then v.claimant end,
      case when ${begins} then ${now} end,
      case when ${begins} then ${now} end
    from ${rowsFrom(tx, { ...columns, ...claimable })}
    where true order by v.n
    on conflict (id) do nothing
    returning ${runColumns}`;
  const rows = beginners(runs, claim);
  const inserted: Run[] = [];
  for (const some of chunks(rows)) {
    inserted.push(...(await withRows(tx, 'insert_runs', sql, some)).map(runOf));
  }
  return inserted.sort((a, b) => a.seq - b.seq);
}

/**
 * Marks those that may begin at once, as far as this batch says: the first of
 * each lane, and of each sensor no more than its share.
 */
function beginners(runs: NewRun[], claim: FirstClaim) {
  const lanes = new Set<string>();
  const running = new Map(claim.running);
  let { free } = claim;
  return runs.map((run, n) => {
    const row = rowOf(run);
    const first = run.lane === undefined || !lanes.has(run.lane);
    if (row.blocks_lane) lanes.add(run.lane!);
    const has = running.get(run.sensor) ?? 0;
    const mayBegin =
      first &&
      run.state === 'queued' &&
      !run.gated &&
      mayBeginOne(has, free, run.priority);
    if (mayBegin) {
      running.set(run.sensor, has + 1);
      free -= 1;
    }
    return {
      ...row,
      n,
      may_begin: mayBegin,
      claimant: claim.replica,
      claim_ms: claim.claimMs,
    };
  });
}

function rowOf(
  run: NewRun,
): Record<
  keyof typeof columns | 'state' | 'topic' | 'due_at' | 'attempt',
  unknown
> {
  const json = (value: unknown) =>
    value === undefined ? undefined : JSON.stringify(value);
  return {
    id: run.id,
    event_uid: run.eventUid,
    sensor: run.sensor,
    revision: run.revision,
    generation: run.generation,
    title: run.title,
    owner_ref: run.ownerRef,
    entity_ref: run.entityRef,
    entity_owner_ref: run.entityOwnerRef,
    target: json(run.target),
    mode: run.mode,
    scope: JSON.stringify(run.scope),
    lane: run.lane,
    // What is held does not keep the others of its lane waiting.
    blocks_lane: run.lane !== undefined && run.state !== 'held',
    state: run.state,
    topic: run.topic,
    step: run.step,
    attempt: run.attempt,
    steps: JSON.stringify(run.steps),
    reason: json(run.reason),
    due_at: run.dueAt,
    held_at: run.heldAt,
    created_at: run.createdAt,
    gated: run.gated,
    priority: run.priority,
  };
}
