import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { EmbeddedBus } from '../bus/embeddedBus';
import { Nudges } from '../nudges';
import { Sandbox } from '../sandbox';
import { completeRuns } from '../store/completeRuns';
import type { Database } from '../store/database';
import { runOf, type Run } from '../store/runRow';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { ActiveSensors } from './activeSensors';
import { Standstills } from './standstills';
import { startDecide } from './decide';
import type { Loop } from './loop';
import { LiveKeys } from './liveKeys';
import { activate, testSensor } from './testSensor';
import { silentLogger } from '../__testUtils__/testLogger';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const ingress = {
  name: 'registry',
  principals: ['external:registry'],
  sources: ['*'],
  types: ['*'],
  entities: [],
  partitions: 1,
};
const sandbox = new Sandbox({ expressionMs: 1_000, expressionHeapMb: 128 });
afterAll(() => sandbox.stop());

describe.each(databaseKinds)('an event that is sent again, on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let bus: EmbeddedBus;
  let loop: Loop;

  beforeEach(async () => {
    database = await databases.open(kind);
    const { knex } = database;
    const nudges = new Nudges();
    await activate(knex, [
      testSensor('once', { dedupe: { key: 'event.data.key', for: '24h' } }),
    ]);
    bus = new EmbeddedBus({
      database,
      ingresses: [ingress],
      nudges,
      pollMs: 20,
    });
    loop = startDecide({
      standstills: new Standstills(),
      knex,
      sandbox,
      sensors: new ActiveSensors({ knex, sandbox }),
      liveKeys: new LiveKeys({ knex, limit: 100_000 }),
      config: { ingresses: [ingress], boundaries: [], targets: {} },
      nudges,
      ownersOf: async () => new Map(),
      bus,
      logger: silentLogger(),
    });
  });
  afterEach(() => loop.stop());

  const runs = async (): Promise<Run[]> =>
    (await database.knex('runs').orderBy('seq')).map(runOf);
  const suppressed = () =>
    database.knex('decisions').where({ outcome: 'suppressed' });
  const send = async (id: string, key: string) => {
    const data = Buffer.from(JSON.stringify({ key }));
    await bus.publish([incomingEvent({ id, data })]);
  };
  const fires = (count: number) =>
    waitForExpect(async () => expect(await runs()).toHaveLength(count));
  const isSuppressed = (count: number) =>
    waitForExpect(async () => expect(await suppressed()).toHaveLength(count));
  const end = async (run: Run, how: Run['end']) => {
    const ended = { ...run, state: 'ended' as const, end: how, endedAt: 1 };
    await database.knex.transaction(tx =>
      completeRuns(tx, [{ run: ended, leavesLane: true }]),
    );
  };

  it.each(['failed', 'discarded'] as const)(
    'is suppressed before the first one %s, and fires after that',
    async how => {
      await send('1', 'long '.repeat(180));
      await fires(1);
      await send('2', 'long '.repeat(180));
      await isSuppressed(1);
      const [first] = await runs();
      await end(first, how);
      await send('3', 'long '.repeat(180));
      await fires(2);
      await send('4', 'long '.repeat(180));
      await isSuppressed(2);
      // The first run is no longer the one that the mark names.
      const [, second] = await runs();
      await end(second, 'applied');
      await send('5', 'long '.repeat(180));
      await isSuppressed(3);
    },
  );
});
