// One replica, in a process of its own so that it can be killed: the whole chain with the door for events.
// It loads its code at once and starts when it is told where, so that a successor stands ready.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publishEventsRouter } from '@gitops-events/plugin-gitops-events-backend/src/http/publishEvents';
import express from 'express';
import knexFactory from 'knex';
import { quietLogger } from '../ours/quietLogger';
import { samplePrincipal } from '../ours/sampleEvent';
import { startSpine } from '../ours/startSpine';

/** What a replica is told. */
export interface ReplicaStart {
  folder: string;
  database:
    | { client: 'better-sqlite3'; filename: string }
    | { client: 'pg'; url: string };
}

async function start({ folder, database }: ReplicaStart): Promise<void> {
  const knex = knexFactory(
    database.client === 'pg'
      ? { client: 'pg', connection: database.url, pool: { min: 0, max: 10 } }
      : {
          client: 'better-sqlite3',
          connection: { filename: database.filename },
          useNullAsDefault: true,
        },
  );
  const { acceptor, service } = await startSpine({ knex, folder });
  const app = express();
  app.use(
    publishEventsRouter({
      acceptor,
      authenticate: async () => samplePrincipal,
      limits: {
        requestBytes: 1_048_576,
        batchEvents: 1000,
        eventsPerMinute: 10_000_000,
      },
      durability: service.bus.durability,
      auditRefusal: async () => {},
      logger: quietLogger,
    }),
  );
  const server = createServer(app).listen(0, '127.0.0.1', () => {
    process.send!({ port: (server.address() as AddressInfo).port });
  });
}

process.once('message', message => {
  start(message as ReplicaStart).catch(error => {
    console.error(error);
    process.exit(1);
  });
});
process.once('disconnect', () => process.exit());
process.send!('loaded');
