import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import fc from 'fast-check';
import type { EmbeddedBus } from '../bus/embeddedBus';
import { startTypescript } from '../git/__testUtils__/typescriptProcess';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import {
  fatesByDatabase,
  fatesByModel,
  generated,
  sensorsOf,
  storeStream,
} from './__testUtils__/generatedStream';
import { activate } from './testSensor';

jest.setTimeout(180_000);

const databases = testDatabases();
/** One replica after the other, or two at a time; without a name they live. */
const crashes = {
  sqlite: [['decide:1'], ['decide:2'], ['timer:1'], ['timer:4'], ['']],
  postgres: [
    ['decide:1', 'decide:2'],
    ['decide:2', 'timer:1'],
    ['timer:3', ''],
    ['', ''],
  ],
};
const script = path.join(__dirname, '__testUtils__/decideProcess.ts');

/**
 * The model of the language against the whole engine: sensors and events as
 * they come, all partitions at once, on PostgreSQL two replicas, and replicas
 * killed right after a commit and wherever they stand.
 */
describe.each(databaseKinds)(
  'the language and killed replicas, on %s',
  kind => {
    const alive = new Set<ChildProcess>();
    afterEach(() => {
      for (const child of alive) child.kill('SIGKILL');
    });

    const startProcess = (database: Database, crashAt = '') => {
      const { client, connection } = database.knex.client.config;
      // Knex hides the password from whoever lists the fields.
      const { password } = connection;
      const child = startTypescript(
        script,
        [client, JSON.stringify({ ...connection, password })],
        () => {},
        { GITOPS_EVENTS_CRASH_AT: crashAt },
      );
      alive.add(child);
      const closed = once(child, 'close').then(() => {
        alive.delete(child);
      });
      return { child, closed };
    };
    /** Everything is decided, and no timer is left. */
    const settled = async ({ knex }: Database, bus: EmbeddedBus) => {
      for (;;) {
        await new Promise(done => setTimeout(done, 50));
        const positions = await knex('positions').whereNotNull('position');
        const statuses = await bus.status(
          new Map(positions.map(row => [row.partition, row.position])),
        );
        const timer = await knex('timers').first();
        if (statuses.every(({ lag }) => lag === 0) && !timer) return;
      }
    };

    const seed = Math.floor(Math.random() * 2 ** 31);
    it(`agree on what became of each event, seed ${seed}`, async () => {
      const of = { seed, numRuns: 1, unbiased: true };
      const [{ rules, arrivals }] = fc.sample(generated, of);
      const database = await databases.open(kind);
      const { knex } = database;
      const sensors = sensorsOf(rules);
      const bus = await storeStream(database, arrivals);
      await activate(knex, sensors);
      const done = settled(database, bus);
      for (const points of crashes[kind]) {
        const replicas = points.map(at => startProcess(database, at));
        const ends = replicas.map(({ closed }) => closed);
        await Promise.race([done, ...ends]);
        // The other one stops wherever it stands.
        for (const { child } of replicas) child.kill('SIGKILL');
        await Promise.all(ends);
      }
      await done;
      for (const [n, sensor] of sensors.entries()) {
        const { spec, metadata } = sensor;
        const fates = await fatesByDatabase(knex, metadata.name);
        const expected = await fatesByModel(knex, sensor, rules[n], arrivals);
        expect({ spec, fates }).toEqual({ spec, fates: expected });
      }
      expect(await knex('sensor_state')).toEqual([]);
    });
  },
);
