import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { isPostgres, nowSql } from './clock';
import { rowsFrom, withRows } from './rowsFrom';
import { LANE_ALLOWS, type Run } from './runRow';

/** A claimed run that may not begin yet. It keeps its place in its lane. */
export interface Parked {
  run: Run;
  /** Who wakes it; undefined when only time does. */
  topic?: string;
  /** What a run behind it in its lane must have in common to wait for the same; undefined: nothing. */
  shares?: 'concurrencyKey' | 'target' | 'entity';
  /** When it is looked at anyhow. Milliseconds since the epoch. */
  dueAt: number;
  reason: Reason;
}

const columns = {
  id: 'text',
  version: 'bigint',
  lane: 'text',
  topic: 'text',
  due_at: 'bigint',
  reason: 'text',
  shares: 'text',
  entity_ref: 'text',
  target: 'text',
  concurrency_key: 'text',
} as const;

/**
 * Puts claimed runs back in the queue, due later, as though they had not been
 * claimed. Those behind them in their lanes that would wait for the same wait
 * with them, so that no claim need look at them meanwhile. Others stay due: who
 * ends under another key would not wake them.
 */
export async function parkRuns(tx: Knex, parked: Parked[]): Promise<void> {
  const rows = parked.map(({ run, topic, shares, dueAt, reason }) => ({
    id: run.id,
    version: run.version,
    lane: run.lane,
    topic,
    due_at: dueAt,
    reason: JSON.stringify(reason),
    shares,
    entity_ref: run.entityRef,
    target: run.target && JSON.stringify(run.target),
    concurrency_key: run.scope.concurrencyKey,
  }));
  await withRows(
    tx,
    'park_runs',
    `update runs set state = 'queued', topic = v.topic, due_at = v.due_at,
       reason = v.reason, claimed_by = null, attempt = 0,
       started_at = null, step_started_at = null,
       version = runs.version + 1
     from ${rowsFrom(tx, columns)}
     where runs.id = v.id and runs.version = v.version`,
    rows,
  );
  const scope = isPostgres(tx) ? 'runs.scope::json' : 'runs.scope';
  await withRows(
    tx,
    'park_followers',
    `update runs set topic = v.topic, due_at = v.due_at, reason = v.reason
     from ${rowsFrom(tx, columns)}
     where runs.lane = v.lane and runs.blocks_lane and runs.gated
       and runs.state = 'queued' and runs.topic is null and runs.due_at <= ${nowSql(tx)}
       and case v.shares
         when 'entity' then runs.entity_ref is not distinct from v.entity_ref
         when 'target' then runs.target is not distinct from v.target
         when 'concurrencyKey' then ${scope}->>'concurrencyKey' is not distinct from v.concurrency_key
         else true end`,
    rows.filter(({ lane, topic }) => lane !== undefined && topic !== undefined),
  );
}

/**
 * Makes up to `limit` runs due that were parked under a topic, the oldest first.
 *
 * @returns how many
 */
export async function wakeParked(
  tx: Knex,
  topic: string,
  limit: number,
): Promise<number> {
  return wake(tx, parkedUnder(tx, topic).limit(limit));
}

/**
 * Makes the oldest run due that was parked under a topic and that its lane
 * allows: another one could not take what is free.
 *
 * @returns whether there was one
 */
export async function wakeNext(tx: Knex, topic: string): Promise<boolean> {
  const next = parkedUnder(tx, topic).whereRaw(LANE_ALLOWS).limit(1);
  return (await wake(tx, next)) > 0;
}

export async function isParked(tx: Knex, topic: string): Promise<boolean> {
  return (await parkedUnder(tx, topic).first()) !== undefined;
}

function parkedUnder(tx: Knex, topic: string) {
  return tx({ r: 'runs' })
    .where({ 'r.topic': topic, 'r.state': 'queued' })
    .orderBy(['r.created_at', 'r.seq'])
    .select('r.seq') as Knex.QueryBuilder<any, any>;
}

function wake(tx: Knex, seqs: Knex.QueryBuilder<any, any>): Promise<number> {
  return tx('runs')
    .whereIn('seq', seqs)
    .update({
      topic: null,
      due_at: tx.raw(nowSql(tx)),
      version: tx.raw('version + 1'),
    }) as unknown as Promise<number>;
}
