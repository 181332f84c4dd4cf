import { createHash } from 'node:crypto';
import type { Database } from '@gitops-events/plugin-gitops-events-backend/src/store/database';
import { Client } from 'pg';
import { sampleEvent } from '../ours/sampleEvent';

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
  'depth',
  'accepted_at',
  'data',
];

/** Inserts a batch of new events and resolves when they are committed. */
export type BareInsert = () => Promise<void>;

/**
 * The least that storing the same rows in the same tables costs: one prepared
 * statement on one connection, nothing checked, each committed before the next.
 */
export async function bareBatchedInsert(
  { kind, knex }: Database,
  batch: number,
): Promise<{ insert: BareInsert; close(): Promise<void> }> {
  let next = 0;
  const rows = () => Array.from({ length: batch }, () => rowOf(next++));
  if (kind === 'sqlite') {
    const connection = await knex.client.acquireRawConnection();
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    const write = sqliteWriter(connection, batch);
    return {
      insert: async () => write(rows()),
      close: async () => connection.close(),
    };
  }
  const client = new Client(knex.client.config.connection);
  await client.connect();
  const text = `with identities as (
      insert into event_identities (uid, accepted_at) values ${tuples(batch, columns.length, ['uid', 'accepted_at'])})
    insert into events (${columns}) values ${tuples(batch, columns.length, columns)}`;
  return {
    insert: async () => {
      await client.query({ name: 'insert', text, values: rows().flat() });
    },
    close: () => client.end(),
  };
}

function sqliteWriter(
  connection: {
    prepare(sql: string): { run(values: unknown[]): void };
    transaction<T>(work: T): T;
  },
  batch: number,
): (rows: unknown[][]) => void {
  const places = (count: number) =>
    Array(batch)
      .fill(`(${Array(count).fill('?')})`)
      .join();
  const identities = connection.prepare(
    `insert into event_identities (uid, accepted_at) values ${places(2)}`,
  );
  const events = connection.prepare(
    `insert into events (${columns}) values ${places(columns.length)}`,
  );
  const [uid, acceptedAt] = ['uid', 'accepted_at'].map(name =>
    columns.indexOf(name),
  );
  return connection.transaction((rows: unknown[][]) => {
    identities.run(rows.flatMap(row => [row[uid], row[acceptedAt]]));
    events.run(rows.flat());
  });
}

// Parameters that stand in two places must have one type.
const casts: Record<string, string> = {
  uid: '::varchar',
  accepted_at: '::bigint',
};

function tuples(batch: number, width: number, names: string[]): string {
  return Array.from(
    { length: batch },
    (_, row) =>
      `(${names.map(name => `$${row * width + columns.indexOf(name) + 1}${casts[name] ?? ''}`)})`,
  ).join();
}

function rowOf(n: number): unknown[] {
  const event = sampleEvent(n);
  const uid = createHash('sha256')
    .update(`${event.source}\0${event.id}`)
    .digest('hex')
    .slice(0, 32);
  return [
    uid,
    'registry/0',
    'registry',
    'external:registry',
    event.id,
    event.source,
    event.type,
    null,
    event.time,
    event.dataContentType,
    0,
    Date.now(),
    event.data,
  ];
}
