import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { EventBatch } from '@gitops-events/plugin-gitops-events-node';
import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import waitForExpect from 'wait-for-expect';
import { EmbeddedBus } from '../bus/embeddedBus';
import { partitionFor } from '../bus/partition';
import { Nudges } from '../nudges';
import { Sandbox } from '../sandbox';
import { claimRuns } from '../store/claimRuns';
import { completeRuns } from '../store/completeRuns';
import type { Database } from '../store/database';
import { readPosition } from '../store/positions';
import { runOf, type Run } from '../store/runRow';
import { testDatabases } from '../store/testDatabases';
import { decideConfig, ingresses } from './__testUtils__/decideReplica';
import { pushedAndScanned } from './__testUtils__/imagePairs';
import { ActiveSensors } from './activeSensors';
import { sharedLanes } from './sharedLanes';
import { decideBatch } from './decideBatch';
import { LiveKeys } from './liveKeys';
import { activate, testSensor } from './testSensor';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();
const sandbox = new Sandbox({ expressionMs: 1_000, expressionHeapMb: 128 });
afterAll(() => sandbox.stop());

const ofOneLane = (ingress: string, type: string) =>
  incomingEvent({ ingress, type, partitionKey: 'shop' });

/** Two ingresses bring events of one partition key, and two replicas decide them. */
describe('a lane that two partitions feed, on postgres', () => {
  let database: Database;
  let knex: Knex;
  let bus: EmbeddedBus;
  let holder: Knex.Transaction;
  const events = [
    ofOneLane('registry', 'image.pushed'),
    ofOneLane('scanner', 'image.scanned'),
  ];
  const [registry, scanner] = events.map(event => partitionFor(event, 2));

  beforeEach(async () => {
    database = await databases.open('postgres');
    ({ knex } = database);
    bus = new EmbeddedBus({ database, ingresses, nudges: new Nudges() });
    await bus.publish(events);
    holder = await databases.again(database).transaction();
  });
  afterEach(() => holder.rollback());

  const listenTo = (dependencies: typeof pushedAndScanned) =>
    activate(knex, [testSensor('both', { dependencies })]);
  /** A replica that decides a partition; with `begins`, it begins the runs it makes. */
  const decide = async (
    partition: string,
    { begins, on = databases.again(database) }: { begins: boolean; on?: Knex },
  ) => {
    const offer = () => ({
      ...{ replica: partition, claimMs: 60_000, deadline: Infinity },
      ...{ free: 10, running: new Map<string, number>() },
    });
    await decideBatch(
      {
        knex: on,
        sandbox,
        sensors: new ActiveSensors({ knex: on, sandbox }),
        liveKeys: new LiveKeys({ knex: on, limit: 100 }),
        config: decideConfig,
        nudges: new Nudges(),
        ownersOf: async () => new Map(),
        ...(begins && { starter: { offer, begin: () => {} } }),
      },
      partition,
      await readPosition(on, partition),
      await firstBatch(bus, partition),
    );
  };
  /** Keeps whoever decides this partition from its commit, once its runs are made. */
  const holdBeforeCommit = (partition: string) =>
    holder('chain').insert({
      ...{ stream: `decide:${partition}`, number: 1, previous: '' },
      ...{ records: '[]', at: 0, digest: '' },
    });
  const areHeld = (many: number) =>
    waitForExpect(async () => {
      const held = await knex('pg_stat_activity')
        .where({ wait_event_type: 'Lock' })
        .whereRaw('datname = current_database()');
      expect(held).toHaveLength(many);
    });
  /** Decides one and then the other, which is done or held before the first one commits. */
  const overtake = async (
    begins: boolean,
    meanwhile: () => Promise<void> = async () => {},
  ) => {
    await holdBeforeCommit(registry);
    const first = decide(registry, { begins });
    await areHeld(1);
    const second = decide(scanner, { begins });
    await Promise.race([second, areHeld(2)]);
    await meanwhile();
    await holder.rollback();
    await Promise.all([first, second]);
    return (await knex('runs').orderBy('seq')).map(runOf);
  };
  const claim = (): Promise<Run[]> =>
    claimRuns(knex, {
      ...{ replica: 'late', claimMs: 60_000 },
      wanted: [{ sensor: 'both', take: 10 }],
    });
  const leave = (run: Run) =>
    knex.transaction(tx =>
      completeRuns(tx, [
        { run: { ...run, state: 'ended', end: 'done' }, leavesLane: true },
      ]),
    );

  it('begins one run where each would begin its own at once', async () => {
    await listenTo(pushedAndScanned);
    const [one, other] = await overtake(true);
    expect(one.lane).toBe(other.lane);
    expect([one.state, other.state]).toEqual(['running', 'queued']);
    expect(await claim()).toEqual([]);
    await leave(one);
    expect(await claim()).toMatchObject([{ id: other.id }]);
  });

  it('is taken in its order although the first one is committed last', async () => {
    await listenTo(pushedAndScanned);
    const begun: Run[] = [];
    const [one, other] = await overtake(false, async () => {
      begun.push(...(await claim()));
    });
    begun.push(...(await claim()));
    expect(begun).toMatchObject([{ id: one.id }]);
    await leave(begun[0]);
    expect(await claim()).toMatchObject([{ id: other.id }]);
  });

  it('costs a sensor of one ingress no statement', async () => {
    await listenTo([pushedAndScanned[0]]);
    const locks: string[] = [];
    knex.on('query', ({ sql }: { sql: string }) => {
      if (sql.includes('advisory')) locks.push(sql);
    });
    await decide(registry, { begins: true, on: knex });
    expect(await knex('runs')).toHaveLength(1);
    expect(locks).toEqual([]);
    await listenTo(pushedAndScanned);
    await decide(scanner, { begins: true, on: knex });
    expect(locks).toHaveLength(1);
  });
});

async function firstBatch(
  bus: EmbeddedBus,
  partition: string,
): Promise<EventBatch> {
  const abort = new AbortController();
  return new Promise((done, failed) => {
    bus
      .read({
        partition,
        from: undefined,
        signal: abort.signal,
        onBatch: async batch => {
          abort.abort();
          done(batch);
        },
      })
      .catch(failed);
  });
}

const sensorOf = (name: string, ...named: Array<string | undefined>) => {
  const dependencies = named.map(ingress => ({ ingress }));
  const definition = { spec: { dependencies } } as unknown as Sensor;
  return { name, revision: 1, definition };
};

describe('lanes to which another partition may add', () => {
  it.each([
    ['one ingress', ['registry'], []],
    ['one ingress twice', ['registry', 'registry'], []],
    ['two', ['registry', 'scanner'], ['lane']],
    ['any, since it names none', [undefined], ['lane']],
    ['one, and any', ['registry', undefined], ['lane']],
  ])('of a sensor that listens to %s', (_, named, lanes) => {
    const sensors = [sensorOf('deploy', ...named)];
    const runs = [{ sensor: 'deploy', lane: 'lane' }];
    expect(
      sharedLanes(runs, { sensors } as unknown as Parameters<
        typeof sharedLanes
      >[1]),
    ).toEqual(lanes);
  });
});
