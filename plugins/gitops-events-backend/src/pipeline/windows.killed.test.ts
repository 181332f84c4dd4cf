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

  /** @returns the process, and when it has begun to decide */
  const startProcess = (crashAt = '') => {
    const { client, connection } = database.knex.client.config;
    // Knex hides the password from whoever lists the fields.
    const { password } = connection;
    let begun = () => {};
    const deciding = new Promise<void>(resolve => {
      begun = resolve;
    });
    const child = startTypescript(
      script,
      [client, JSON.stringify({ ...connection, password })],
      () => begun(),
      { GITOPS_EVENTS_CRASH_AT: crashAt },
    );
    alive.add(child);
    child.on('close', () => alive.delete(child));
    return { child, deciding };
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
    let published = 0;
    const publish = async (share: number) => {
      const first = published;
      published = Math.round(share * batches.length);
      for (const batch of batches.slice(first, published)) {
        await bus.publish(batch);
      }
    };

    // Right after a commit, before anybody hears of it: each of the two
    // partitions with events gives it one to make.
    await publish(0.2);
    expect(await ended(startProcess('decide:2').child)).toBe('SIGKILL');
    if (kind === 'postgres') await startProcess().deciding;
    // Wherever it stands, a transaction open most likely. What is published
    // later keeps the other from being done before that.
    for (const share of [0.5, 0.8]) {
      const { child, deciding } = startProcess();
      await deciding;
      const all = publish(share);
      await until(async () => (await fired()) > (share - 0.15) * pairs);
      child.kill('SIGKILL');
      await ended(child);
      await all;
    }
    const last = startProcess().child;
    await publish(1);
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
