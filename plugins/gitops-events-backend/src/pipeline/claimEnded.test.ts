import type { Action } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { z } from 'zod';
import { fire, storeSensor } from '../__testUtils__/fire';
import { quietLogger } from '../git/__testUtils__/fixtures';
import { Nudges } from '../nudges';
import { createBatchedReads } from '../store/batchedReads';
import type { Database } from '../store/database';
import { readRun } from '../store/readRun';
import { createSensorReader } from '../store/readSensorRevision';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { CLAIM_MS } from './claimClock';
import { ClaimEnded } from './claimEnded';
import { startRunLoop } from './runLoop';
import { createStepRunner } from './stepRunner';

jest.setTimeout(60_000);

const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'pays', owner: 'group:default/platform' },
  spec: {
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    steps: [{ id: 'pay', action: 'pay' }],
  },
};

const databases = testDatabases();

/** An action that may not happen twice, on input that is late the first time. */
describe.each(databaseKinds)('a claim that ends first on %s', kind => {
  let database: Database;
  let run: string;
  let late: number;
  const called: boolean[] = [];
  const pay: Action<any> = {
    id: 'pay',
    description: 'Pays.',
    input: z.object({}),
    safety: 'none',
    run: async ({ signal }) => {
      called.push(signal.aborted);
      return { outcome: 'done' };
    },
  };
  const runner = () =>
    createStepRunner({
      actions: new Map([['pay', pay]]),
      readEvent: createBatchedReads(database.knex).event,
      readSensor: createSensorReader(database.knex),
      resolveRun: async ({ run: told, events: [event] }) => ({
        run: told,
        firing: [{ dependency: 'asked', event }],
      }),
      resolveInput: async () => {
        const ms = late;
        late = 0;
        await new Promise(done => setTimeout(done, ms));
        return { input: {} };
      },
      refusal: () => undefined,
      readStops: async () => [],
      logger: quietLogger,
    });

  beforeEach(async () => {
    called.length = 0;
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    run = await fire(database.knex, { id: 'e1', sensor });
  });

  it('lets no action begin', async () => {
    late = 50;
    const claimed = (await readRun(database.knex, run))!;
    await expect(
      runner().attempt({ ...claimed, attempt: 1 }, performance.now() + 10),
    ).rejects.toThrow(ClaimEnded);
    await new Promise(done => setTimeout(done, 100));
    expect(called).toEqual([]);
  });

  it('is no sign that something may have happened', async () => {
    late = CLAIM_MS + 2_000;
    const loop = startRunLoop({
      knex: database.knex,
      steps: runner(),
      readSensor: createSensorReader(database.knex),
      tellTarget: async () => undefined,
      config: { targets: {} },
      nudges: new Nudges(),
      replica: 'one',
      logger: quietLogger,
    });
    const isOver = async () =>
      ['held', 'ended'].includes((await readRun(database.knex, run))!.state);
    while (!(await isOver())) await new Promise(done => setTimeout(done, 50));
    await loop.stop();
    expect(await readRun(database.knex, run)).toMatchObject({ end: 'done' });
    expect(called).toEqual([false]);
  });
});
