// A process to be killed: says that it began, and decides what is in a database until then.
import knexFactory from 'knex';
import { Sandbox } from '../../sandbox';
import { startReplica } from './decideReplica';

const [client, connection] = process.argv.slice(2);
const sandbox = new Sandbox({ expressionMs: 5_000, expressionHeapMb: 128 });
const postgres = client === 'pg';
startReplica(
  {
    knex: knexFactory({
      client,
      connection: JSON.parse(connection),
      useNullAsDefault: !postgres,
    }),
    kind: postgres ? 'postgres' : 'sqlite',
    durability: 'disk',
    lasts: true,
    close: async () => {},
  },
  sandbox,
);
process.stdout.write('deciding\n');
