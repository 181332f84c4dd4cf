import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { fire, storeSensor } from '../__testUtils__/fire';
import { claimRuns } from '../store/claimRuns';
import { completeRuns } from '../store/completeRuns';
import type { Database } from '../store/database';
import { createSensorReader } from '../store/readSensorRevision';
import { readRun } from '../store/readRun';
import type { Run } from '../store/runRow';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { admitRuns } from './admitRuns';

jest.setTimeout(60_000);

/** One run at a time, the newest; each entity has a breaker of its own. */
const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'deploy', owner: 'group:default/platform' },
  spec: {
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    circuitBreaker: { failures: 1, per: 'entity', openFor: '1h' },
    concurrency: { over: 'cancelOlder' },
    steps: [{ id: 'write', action: 'write' }],
  },
};
const shop = 'component:default/shop';
const cart = 'component:default/cart';
const databases = testDatabases();

describe.each(databaseKinds)(
  'a probe that a newer run displaces, on %s',
  kind => {
    let database: Database;

    beforeEach(async () => {
      database = await databases.open(kind);
      await storeSensor(database.knex, sensor);
      const value = { state: 'open', openedAt: 0, until: 1, failures: 1 };
      await database.knex('breakers').insert({
        ...{ sensor: 'deploy', scope: shop, state: 'open', version: 1 },
        value: JSON.stringify(value),
      });
    });

    let count = 0;
    const ask = (entityRef: string) => {
      count += 1;
      return fire(database.knex, { id: `e${count}`, sensor, entityRef });
    };
    const admit = async (): Promise<Run[]> => {
      const { knex } = database;
      const claimed = await claimRuns(knex, {
        ...{ replica: 'a', claimMs: 60_000 },
        wanted: [{ sensor: 'deploy', take: 10 }],
      });
      const readSensor = createSensorReader(knex);
      const tellTarget = async () => undefined;
      return admitRuns({ knex, readSensor, tellTarget, targets: {} }, claimed);
    };
    const idsOf = (runs: Run[]) => runs.map(({ id }) => id);
    const becomes = (run: Run, what: Partial<Run>) =>
      completeRuns(database.knex, [
        { run: { ...run, ...what }, leavesLane: true },
      ]);
    const isCancelled = async (id: string) =>
      expect(await readRun(database.knex, id)).toMatchObject({
        ...{ end: 'cancelled', reason: { code: 'newerRun' } },
      });

    it('makes place for the next, where it had not begun', async () => {
      const probe = await ask(shop);
      const newer = await ask(cart);
      const begun = await admit();
      expect(idsOf(begun)).toEqual([newer]);
      await isCancelled(probe);

      await becomes(begun[0], { state: 'ended', end: 'done' });
      const next = await ask(shop);
      expect(idsOf(await admit())).toEqual([next]);
    });

    it('makes place for the next, where it waits for its change', async () => {
      const probe = await ask(shop);
      const [begun] = await admit();
      expect(begun.id).toBe(probe);
      const later = Date.now() + 3_600_000;
      await becomes(begun, { state: 'waiting', dueAt: later, topic: 'change' });
      // Whoever looked after it last found nobody to let through.
      await database.knex('breakers').update({ look_at: null });

      const waits = await ask(shop);
      const newer = await ask(cart);
      const [other] = await admit();
      expect(other.id).toBe(newer);
      await isCancelled(probe);

      await becomes(other, { state: 'ended', end: 'done' });
      await database.knex('runs').where({ id: waits }).update({ due_at: 0 });
      expect(idsOf(await admit())).toEqual([waits]);
    });
  },
);
