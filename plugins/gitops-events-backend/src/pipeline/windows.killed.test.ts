import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { EmbeddedBus } from '../bus/embeddedBus';
import { startTypescript } from '../git/__testUtils__/typescriptProcess';
import { Nudges } from '../nudges';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import {
  eachOnce,
  joinsOf,
  pairsInBatches,
  pushedAndScanned,
} from './__testUtils__/imagePairs';
import { activate, testSensor } from './testSensor';

jest.setTimeout(180_000);

const databases = testDatabases();
const script = path.join(__dirname, '__testUtils__/decideProcess.ts');
const ingresses = ['registry', 'scanner'].map(name => ({
  name,
  partitions: 2,
}));

/** On PostgreSQL one replica is killed again and again beside another that lives; on SQLite there is one at a time. */
describe.each(databaseKinds)('windows and killed replicas, on %s', kind => {
  const pairs = kind === 'sqlite' ? 2_000 : 10_000;
  let database: Database;
  const alive = new Set<ChildProcess>();

  beforeEach(async () => {
    database = await databases.open(kind);
  });
  afterEach(async () => {
    for (const child of alive) child.kill('SIGKILL');
  });

  const startProcess = (crashAt = '') => {
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
    child.on('close', () => alive.delete(child));
    return child;
  };
  /** @returns what ended it */
  const ended = async (child: ChildProcess) => {
    const [, signal] = await once(child, 'close');
    return signal;
  };
  const fired = async () =>
    Number((await database.knex('runs').count({ n: '*' }).first())!.n);
  const until = async (enough: () => Promise<boolean>) => {
    while (!(await enough())) await new Promise(done => setTimeout(done, 20));
  };

  it('fire each join once', async () => {
    const { knex } = database;
    await activate(knex, [
      testSensor('gate', {
        dependencies: pushedAndScanned,
        window: { key: 'event.subject', join: { within: '1h' } },
      }),
    ]);
    const bus = new EmbeddedBus({ database, ingresses, nudges: new Nudges() });
    const batches = pairsInBatches(pairs);
    for (const batch of batches) await bus.publish(batch);

    // Right after a commit, before anybody hears of it.
    const early = ended(startProcess('decide:5'));
    if (kind === 'postgres') startProcess();
    expect(await early).toBe('SIGKILL');
    // Wherever it stands, a transaction open most likely.
    for (const share of [0.3, 0.6]) {
      const child = startProcess();
      await until(async () => (await fired()) > share * pairs);
      child.kill('SIGKILL');
      await ended(child);
      expect(await fired()).toBeLessThan(pairs);
    }
    const last = startProcess();
    await until(async () => (await fired()) >= pairs);
    const positions = await knex('positions');
    await until(async () => {
      const statuses = await bus.status(
        new Map(positions.map(row => [row.partition, row.position])),
      );
      return statuses.every(({ lag }) => lag === 0);
    });
    last.kill('SIGTERM');
    await ended(last);
    expect(await joinsOf(knex, batches)).toEqual(eachOnce(pairs));
  });
});
