import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import knexFactory, { type Knex } from 'knex';
import { migrate } from './migrate';

/** A PostgreSQL server for the tests of one file; its databases go with them. */
export interface TestPostgres {
  /** A fresh database; one with all tables is a copy, since making them anew each time takes far longer. */
  create(options: { migrated: boolean }): Promise<Knex>;
  stop(): Promise<void>;
}

/** @throws Error when no server is named in the environment. */
export function testPostgres(): TestPostgres {
  let admin: Knex | undefined;
  const made: Array<{ name: string; knex: Knex }> = [];

  return {
    create: async ({ migrated }) => {
      admin ??= connect('postgres', 8);
      const template = migrated ? await migratedTemplate(admin) : 'template1';
      const name = `gitops_events_${randomBytes(8).toString('hex')}`;
      await admin.raw('create database ?? template ??', [name, template]);
      const knex = connect(name, 50);
      made.push({ name, knex });
      return knex;
    },
    stop: async () => {
      await Promise.all(made.map(({ knex }) => knex.destroy()));
      // Each drop waits for a checkpoint; side by side they share it.
      await Promise.all(
        made.map(({ name }) =>
          admin!.raw('drop database ?? with (force)', [name]),
        ),
      );
      await admin?.destroy();
    },
  };
}

/** Made by the first test of a run that wants one; another set of migrations has another. */
async function migratedTemplate(admin: Knex): Promise<string> {
  const name = `gitops_events_template_${hashOfMigrations()}`;
  const known = () =>
    admin('pg_database').where({ datname: name }).first('datname');
  if (await known()) return name;
  await admin.transaction(async lock => {
    await lock.raw('select pg_advisory_xact_lock(hashtext(?))', [name]);
    if (await known()) return;
    const unready = `${name}_unready`;
    await admin.raw('drop database if exists ?? with (force)', [unready]);
    await admin.raw('create database ??', [unready]);
    const knex = connect(unready, 2);
    await migrate(knex).finally(() => knex.destroy());
    await admin.raw('alter database ?? rename to ??', [unready, name]);
  });
  return name;
}

function hashOfMigrations(): string {
  const folder = resolvePackagePath(
    '@gitops-events/plugin-gitops-events-backend',
    'migrations',
  );
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).sort()) {
    hash.update(file).update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

function connect(database: string, connections: number): Knex {
  const url = new URL(connectionString());
  url.pathname = `/${database}`;
  return knexFactory({
    client: 'pg',
    connection: url.toString(),
    pool: { min: 0, max: connections },
  });
}

function connectionString(): string {
  for (const version of ['18', '17']) {
    const variable = `BACKSTAGE_TEST_DATABASE_POSTGRES${version}_CONNECTION_STRING`;
    const value = process.env[variable];
    if (value) return value;
  }
  throw new Error(
    'There is no PostgreSQL for this test: start it with "npm test".',
  );
}
