// Accepts three events on SQLite, one line after each acknowledgement: to be watched by strace.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import knexFactory from 'knex';
import { Nudges } from '../../nudges';
import { openDatabase } from '../../store/database';
import { EmbeddedBus } from '../embeddedBus';

async function main([folder, synchronous]: string[]): Promise<void> {
  const knex = knexFactory({
    client: 'better-sqlite3',
    connection: { filename: join(folder, 'plugin.sqlite') },
    useNullAsDefault: true,
  });
  const database = await openDatabase({
    database: { getClient: async () => knex },
    durability: 'disk',
  });
  // Breaks the promise on purpose, to see that this is noticed.
  if (synchronous) await knex.raw(`PRAGMA synchronous = ${synchronous}`);
  const bus = new EmbeddedBus({
    database,
    ingresses: [{ name: 'registry', partitions: 1 }],
    nudges: new Nudges(),
  });
  for (let number = 1; number <= 3; number++) {
    const [outcome] = await bus.publish([incomingEvent()]);
    writeSync(1, `acknowledged ${number} ${outcome.result}\n`);
  }
  await knex.destroy();
  await database.close();
}

void main(process.argv.slice(2));
