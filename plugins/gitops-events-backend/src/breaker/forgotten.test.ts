import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import { quietLogger } from '../git/__testUtils__/fixtures';
import { Nudges } from '../nudges';
import { StepWriter } from '../pipeline/writeSteps';
import { lockBreakers, writeBreaker } from '../store/breakers';
import { claimRuns } from '../store/claimRuns';
import type { Database } from '../store/database';
import { createSensorReader } from '../store/readSensorRevision';
import type { Run } from '../store/runRow';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { goOn, startBreakerLoop } from './breakerLoop';
import { breakerOf } from './breakerOf';
import { silentLogger } from '../__testUtils__/testLogger';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'deploy', owner: 'group:default/platform' },
  spec: {
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    circuitBreaker: { failures: 2, within: '10m', per: 'entity' },
    steps: [{ id: 'write', action: 'write' }],
  },
};
const shop = 'component:default/shop';
const minute = 60_000;
const databases = testDatabases();

describe.each(databaseKinds)('breakers that count nothing, on %s', kind => {
  let database: Database;
  let knex: Knex;

  beforeEach(async () => {
    database = await databases.open(kind);
    ({ knex } = database);
    await storeSensor(knex, sensor);
  });

  let count = 0;
  const claimOne = async (entityRef: string): Promise<Run> => {
    count += 1;
    await fire(knex, { id: `e${count}`, sensor, entityRef });
    const [run] = await claimRuns(knex, {
      ...{ replica: 'a', claimMs: minute },
      wanted: [{ sensor: 'deploy', take: 1 }],
    });
    return run;
  };
  /** A run ends, as the run loop writes it. */
  const ends = async (run: Run, end: 'failed' | 'done', on = knex) => {
    const definition = await createSensorReader(on)('deploy', 1);
    await new StepWriter(on, silentLogger()).write({
      run: { ...run, state: 'ended', end },
      ...{ leavesLane: true, timeline: [] },
      breaker: breakerOf(run, definition!),
    });
  };
  /** Its breaker is half-open, and waits for it. */
  const tries = (probe: Run) =>
    knex.transaction(async tx => {
      const key = { sensor: 'deploy', scope: shop };
      const [row] = await lockBreakers(tx, [key], [key]);
      await writeBreaker(tx, row, {
        ...{ state: 'halfOpen', openedAt: 1, failures: 2 },
        ...{ until: Date.now() + minute, probe: probe.id },
      });
    });
  const rows = () => knex('breakers');
  const look = (now: number) =>
    knex.transaction(tx => goOn(tx, { sensor: 'deploy', scope: shop }, now));
  const stateOf = async () => (await rows()).map(({ state }) => state);

  it('are gone once their failures are too old, and not before', async () => {
    await ends(await claimOne(shop), 'failed');
    await look(Date.now());
    await look(Date.now() + 9 * minute);
    expect(await stateOf()).toEqual(['closed']);
    await ends(await claimOne(shop), 'failed');
    expect(await stateOf()).toEqual(['open']);

    await rows().delete();
    await ends(await claimOne(shop), 'failed');
    await look(Date.now() + 11 * minute);
    expect(await rows()).toEqual([]);
  });

  it('are gone once they have closed and all that waited goes on', async () => {
    const [probe, other] = [await claimOne(shop), await claimOne(shop)];
    await tries(probe);
    const parked = { state: 'queued', due_at: Date.now() + 60 * minute };
    await knex('runs')
      .where({ id: other.id })
      .update({ ...parked, topic: `breaker deploy ${shop}` });
    const loop = startBreakerLoop({
      ...{ knex, nudges: new Nudges(), logger: quietLogger },
    });
    await ends(probe, 'done');
    await waitForExpect(async () => expect(await rows()).toEqual([]));
    await loop.stop();
    const [woken] = await knex('runs').where({ id: other.id });
    expect(woken.topic).toBeNull();
  });

  it('let all that waited go on although a run fails meanwhile', async () => {
    const [probe, failing] = [await claimOne(shop), await claimOne(shop)];
    await tries(probe);
    const topic = `breaker deploy ${shop}`;
    const { seq, ...row } = await knex('runs').where({ id: probe.id }).first();
    await knex.batchInsert(
      'runs',
      Array.from({ length: 450 }, (_, n) => ({
        ...{ ...row, id: `waits ${n}`, state: 'queued', topic },
        due_at: Date.now() + 60 * minute,
      })),
      50,
    );
    const waiting = async () => (await knex('runs').where({ topic })).length;
    await ends(probe, 'done');
    await look(Date.now());
    expect(await waiting()).toBe(250);
    await ends(failing, 'failed');
    for (let turn = 0; turn < 3; turn++) await look(Date.now());
    expect(await waiting()).toBe(0);
    // That failure counts all the same.
    expect(await stateOf()).toEqual(['closed']);
    await ends(await claimOne(shop), 'failed');
    expect(await stateOf()).toEqual(['open']);
  });

  // SQLite has one writer, so there it is before or after.
  if (kind === 'postgres') {
    it('count a failure that comes at the moment at which they are forgotten', async () => {
      await ends(await claimOne(shop), 'failed');
      const failing = await claimOne(shop);
      const forgetting = await databases.again(database).transaction();
      await forgetting('breakers').forUpdate();
      const counted = ends(failing, 'failed');
      await waitForExpect(async () => {
        const { rows: held } = await knex.raw(
          'select 1 from pg_locks where not granted',
        );
        expect(held).not.toEqual([]);
      });
      const later = Date.now() + 11 * minute;
      await goOn(forgetting, { sensor: 'deploy', scope: shop }, later);
      await forgetting.commit();
      await counted;
      const [row] = await rows();
      expect(JSON.parse(row.value).failures).toHaveLength(1);
    });
  }
});
