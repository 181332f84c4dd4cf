import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { isPostgres, nowSql } from './clock';
import { prepared } from './prepared';
import { rowsFrom, withRows } from './rowsFrom';
import { laneAllows, type Run } from './runRow';

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
  seq: 'bigint',
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
 * with them, and are marked to stand behind, so that neither a claim nor who
 * wakes one need look at them meanwhile. Others stay due: who ends under another
 * key would not wake them.
 */
export async function parkRuns(tx: Knex, parked: Parked[]): Promise<void> {
  const rows = parked.map(({ run, topic, shares, dueAt, reason }) => ({
    id: run.id,
    version: run.version,
    seq: run.seq,
    lane: run.lane,
    topic,
    due_at: dueAt,
    reason: JSON.stringify(reason),
    shares,
    entity_ref: run.entityRef,
    target: run.target && JSON.stringify(run.target),
    concurrency_key: run.scope.concurrencyKey,
  }));
  const written = await withRows(
    tx,
    'park_runs',
    `update runs set state = 'queued', topic = v.topic, due_at = v.due_at,
       reason = v.reason, claimed_by = null, attempt = 0,
       started_at = null, step_started_at = null,
       version = runs.version + 1
     from ${rowsFrom(tx, columns)}
     where runs.id = v.id and runs.version = v.version
     returning runs.id, runs.blocks_lane`,
    rows,
  );
  const ahead = new Set(
    written.flatMap(row => (row.blocks_lane ? row.id : [])),
  );
  await parkFollowers(
    tx,
    rows.filter(({ id, topic }) => ahead.has(id) && topic !== undefined),
  );
}

async function parkFollowers(tx: Knex, rows: object[]): Promise<void> {
  if (rows.length === 0) return;
  const waitsBehind = (run: string) => `
    ${run}.lane = v.lane and ${run}.blocks_lane and ${run}.gated
    and ${run}.state = 'queued' and ${run}.topic is null
    and ${run}.due_at <= (select ${nowSql(tx)})`;
  const heads = rowsFrom(tx, columns);
  // Lane by lane through the index: the planner would rather read all lanes at once. What was found
  // is asked again, since another replica may have written to it meanwhile.
  const found = isPostgres(tx)
    ? `runs.seq = any(array(select f.seq from ${heads} cross join lateral (
         select f.seq from runs f where ${waitsBehind('f')} offset 0) f))
       and ${waitsBehind('runs')}`
    : waitsBehind('runs');
  const scope = isPostgres(tx) ? 'runs.scope::json' : 'runs.scope';
  const json = JSON.stringify(rows);
  await prepared(
    tx,
    'park_followers',
    `update runs set topic = v.topic, due_at = v.due_at, reason = v.reason,
       behind = runs.behind or runs.seq > v.seq
     from ${heads}
     where ${found}
       and case v.shares
         when 'entity' then runs.entity_ref is not distinct from v.entity_ref
         when 'target' then runs.target is not distinct from v.target
         when 'concurrencyKey' then ${scope}->>'concurrencyKey' is not distinct from v.concurrency_key
         else true end`,
    isPostgres(tx) ? [json, json] : [json],
  );
}

/**
 * Makes up to `limit` runs due that were parked under a topic: first those that
 * do not stand behind another one, the oldest first.
 *
 * @returns how many
 */
export async function wakeParked(
  tx: Knex,
  topic: string,
  limit: number,
): Promise<number> {
  return (await wakeThese(tx, parkedUnder(tx, topic).limit(limit))).length;
}

/**
 * Makes the oldest run due that was parked under a topic and that its lane
 * allows: another one could not take what is free.
 *
 * @returns whether there was one
 */
export async function wakeNext(tx: Knex, topic: string): Promise<boolean> {
  const next = parkedUnder(tx, topic)
    .where({ 'r.behind': false })
    .whereRaw(laneAllows('r'))
    .limit(1);
  return (await wakeThese(tx, next)).length > 0;
}

export async function isParked(tx: Knex, topic: string): Promise<boolean> {
  return (await parkedUnder(tx, topic).first()) !== undefined;
}

function parkedUnder(tx: Knex, topic: string) {
  return tx({ r: 'runs' })
    .where({ 'r.topic': topic, 'r.state': 'queued' })
    .orderBy(['r.behind', 'r.created_at', 'r.seq'])
    .select('r.seq') as Knex.QueryBuilder<any, any>;
}

/**
 * Makes parked runs due. What is locked is asked again whether it is parked:
 * another replica may just have claimed or ended it.
 *
 * @param seqs - selects them as `r`
 * @returns the `seq` of each
 */
export async function wakeThese(
  tx: Knex,
  seqs: Knex.QueryBuilder<any, any>,
): Promise<number[]> {
  if (isPostgres(tx)) seqs.forUpdate('r');
  const woken: Array<{ seq: number | string }> = await tx('runs')
    .whereIn('seq', seqs)
    .update({
      topic: null,
      due_at: tx.raw(nowSql(tx)),
      version: tx.raw('version + 1'),
    })
    .returning('seq');
  return woken.map(({ seq }) => Number(seq));
}
