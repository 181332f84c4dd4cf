import type { Knex } from 'knex';
import type { IncomingEvent } from '@gitops-events/plugin-gitops-events-node';
import { isPostgres } from './clock';
import { prepared } from './prepared';

/** An event with the partition that it goes to. */
export interface PlacedEvent {
  event: IncomingEvent;
  partition: string;
}

/**
 * Inserts those whose identity is new, in the order given and in one
 * transaction; returns their uids. No uid may be given twice.
 *
 * Identities go in sorted, since two writers that insert the same ones in
 * another order would wait for each other; the events follow in the order they
 * came, which is the order of their partition. The accepted time is the
 * database's, on SQLite this machine's, and never goes back within a partition:
 * neither when the clock does, nor because another replica commits first.
 */
export async function insertEvents(
  knex: Knex,
  events: PlacedEvent[],
): Promise<Set<string>> {
  const rows = JSON.stringify(
    events.map(({ event, partition }, n) => toJson(event, partition, n)),
  );
  return isPostgres(knex)
    ? insertIntoPostgres(knex, rows)
    : insertIntoSqlite(knex, rows);
}

const columns = [
  'uid',
  'partition',
  'ingress',
  'principal',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'content_type',
  'schema',
  'extensions',
  'entity_ref',
  'owner_ref',
  'partition_key',
  'causation_id',
] as const;
const names = columns.join(', ');

/** The first half of the keys of our locks, which others in the same database must not take. */
const PARTITION_LOCKS = 0x67_65_70;

// One parameter, whatever the number of events: the statement is the same text each time,
// and prepared once a connection. Planning it anew took a third of the time of accepting.
//
// Writers of a partition take turns, until each has committed. The lock comes before the first
// write, which is what numbers the transaction: so numbers, by which the log is read, accepted
// times and commits have one order. The statement is a transaction of its own, and nobody waits
// for its client.
const postgresInsert = `
  with incoming as materialized (
    select * from json_to_recordset(?::json) as t(
      n int, ${columns.map(name => `${name} text`).join(', ')}, depth int, acknowledged_at bigint, data text)
  ), locked as materialized (
    select count(pg_advisory_xact_lock(${PARTITION_LOCKS}, key)) from (
      select distinct hashtext(partition) as key from incoming order by key) as keys
  ), stamps as (
    insert into partition_clocks as clocks (partition, at)
    select partition, floor(extract(epoch from clock_timestamp()) * 1000)::bigint
    from (select distinct partition from incoming) as partitions, locked
    on conflict (partition) do update set at = greatest(clocks.at, excluded.at)
    returning partition, at
  ), fresh as (
    insert into event_identities (uid, accepted_at)
    select uid, at from incoming join stamps using (partition) order by uid
    on conflict do nothing
    returning uid
  )
  insert into events (${names}, depth, acknowledged_at, data, accepted_at)
  select ${names}, depth, acknowledged_at, decode(data, 'hex'), at
  from incoming join fresh using (uid) join stamps using (partition)
  order by n
  returning uid`;

async function insertIntoPostgres(
  knex: Knex,
  rows: string,
): Promise<Set<string>> {
  return uids(await prepared(knex, 'insert_events', postgresInsert, [rows]));
}

const sqliteColumns = columns.map(name => `value->>'${name}'`).join(', ');

async function insertIntoSqlite(
  knex: Knex,
  rows: string,
): Promise<Set<string>> {
  return knex.transaction(async tx => {
    const [{ at }] = await tx.raw(
      'select max(?, coalesce(max(accepted_at), 0)) as at from event_identities',
      [Date.now()],
    );
    const fresh = uids(
      await tx.raw(
        `insert or ignore into event_identities (uid, accepted_at)
         select value->>'uid', ? from json_each(?) order by value->>'uid'
         returning uid`,
        [at, rows],
      ),
    );
    await tx.raw(
      `insert into events (${names}, depth, acknowledged_at, data, accepted_at)
       select ${sqliteColumns}, value->>'depth', value->>'acknowledged_at',
         unhex(value->>'data'), ?
       from json_each(?)
       where value->>'uid' in (select value from json_each(?))
       order by value->>'n'`,
      [at, rows, JSON.stringify([...fresh])],
    );
    return fresh;
  });
}

function uids(rows: Array<Record<string, any>>): Set<string> {
  return new Set(rows.map(({ uid }) => uid));
}

function toJson(
  event: IncomingEvent,
  partition: string,
  n: number,
): Record<(typeof columns)[number], string | undefined> & {
  n: number;
  depth: number;
  acknowledged_at: number | undefined;
  data: string | undefined;
} {
  const extensions = Object.keys(event.extensions).length
    ? JSON.stringify(event.extensions)
    : undefined;
  return {
    n,
    uid: event.uid,
    partition,
    ingress: event.ingress,
    principal: event.principal,
    id: event.id,
    source: event.source,
    type: event.type,
    subject: event.subject,
    time: event.time,
    content_type: event.dataContentType,
    schema: event.dataSchema,
    extensions,
    entity_ref: event.entityRef,
    owner_ref: event.ownerRef,
    partition_key: event.partitionKey,
    causation_id: event.causationId,
    depth: event.depth,
    acknowledged_at: event.acknowledgedAt,
    data: event.data && Buffer.from(event.data).toString('hex'),
  };
}
