// Opens a SQLite file, says so, and keeps it until it is killed.
import knexFactory from 'knex';
import { openDatabase } from '../database';

async function main([filename]: string[]): Promise<void> {
  const knex = knexFactory({
    client: 'better-sqlite3',
    connection: { filename },
    useNullAsDefault: true,
  });
  await openDatabase({
    database: { getClient: async () => knex },
    durability: 'disk',
  });
  process.stdout.write('open\n');
  setInterval(() => {}, 1_000);
}

void main(process.argv.slice(2));
