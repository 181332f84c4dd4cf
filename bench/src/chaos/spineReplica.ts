import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publishEventsRouter } from '@gitops-events/plugin-gitops-events-backend/src/http/publishEvents';
import { readStops } from '@gitops-events/plugin-gitops-events-backend/src/store/stops';
import express from 'express';
import knexFactory from 'knex';
import { quietLogger } from '../ours/quietLogger';
import { samplePrincipal } from '../ours/sampleEvent';
import { startSpine, type Spine } from '../ours/startSpine';
import { connectBroker } from './bus/connectBroker';
import type { ReplicaDoor, ReplicaStart } from './replicaMessages';
import { whenTold } from './replica';
import { makeCallsUnreliable } from './unreliableCalls';

/** Often, so that a database that goes back is found out. */
const ANCHOR_MS = 5_000;

let running: Spine['service'] | undefined;

/** The whole chain with the door for events, without the rest of a Backstage. */
async function start({
  folder,
  database,
  forge,
  bus,
  partitions,
}: ReplicaStart): Promise<ReplicaDoor> {
  if (forge.name === 'local') {
    const onFault = (fault: string) => process.send!({ fault });
    makeCallsUnreliable({ share: forge.share, onFault });
  }
  const knex = knexFactory(
    database.client === 'pg'
      ? { client: 'pg', connection: database.url, pool: { min: 0, max: 10 } }
      : {
          client: 'better-sqlite3',
          connection: { filename: database.filename },
          useNullAsDefault: true,
        },
  );
  const { acceptor, service } = await startSpine({
    ...{ knex, folder, partitions, anchorMs: ANCHOR_MS },
    broker: bus && connectBroker(bus, quietLogger),
  });
  running = service;
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
      durability: service.bus.durability ?? 'relaxed',
      auditRefusal: async () => {},
      logger: quietLogger,
    }),
  );
  const server = createServer(app);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1/events`, headers: {} };
}

/** As the person does who has looked at what happened since the backup. */
async function liftStops(): Promise<void> {
  if (!running) return;
  for (const { id, version } of await readStops(running.database.knex)) {
    await running.engine.decisions.liftStop({
      ...{ id, version, by: 'user:default/chaos', comment: 'Looked at it' },
    });
  }
}

whenTold(start, liftStops);
