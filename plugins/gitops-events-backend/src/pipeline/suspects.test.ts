import type { Action } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { z } from 'zod';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(60_000);

const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'steps', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', type: 'test.event' }],
    steps: [{ id: 'act', action: 'count', input: {} }],
  },
};

describe.each(databaseKinds)('runs that lost claims, on %s', kind => {
  const databases = testDatabases();
  let test: TestEngine;
  afterEach(() => test.stop());

  it('are taken one at a time, beside others', async () => {
    const database = await databases.open(kind);
    const { knex } = database;
    const underWay = new Set<string>();
    const most = { suspects: 0, others: 0 };
    const suspects: string[] = [];
    const others: string[] = [];
    const action: Action<any> = {
      id: 'count',
      description: 'Counts how many are under way.',
      input: z.object({}),
      safety: 'look',
      async run({ runId }) {
        underWay.add(runId);
        for (const [name, ids] of Object.entries({ suspects, others })) {
          const count = ids.filter(id => underWay.has(id)).length;
          most[name as keyof typeof most] = Math.max(
            most[name as keyof typeof most],
            count,
          );
        }
        await new Promise(done => setTimeout(done, 50));
        underWay.delete(runId);
        return { outcome: 'done' };
      },
    };
    await storeSensor(knex, sensor);
    for (let n = 0; n < 6; n++) {
      suspects.push(await fire(knex, { id: `s${n}`, sensor }));
      others.push(await fire(knex, { id: `o${n}`, sensor }));
    }
    await knex('runs')
      .whereIn('id', suspects)
      .update({ attempt: 10, claimed_by: 'dead' });
    test = await startTestEngine(database, { actions: [action] });

    for (const id of [...suspects, ...others]) await test.reaches(id, 'done');
    expect(most.suspects).toBe(1);
    expect(most.others).toBeGreaterThan(1);
  });

  it('are held, without a call, once they lost too many', async () => {
    const database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    const id = await fire(database.knex, { id: '1', sensor });
    await database.knex('runs').update({ attempt: 11, claimed_by: 'dead' });
    const run = jest.fn();
    test = await startTestEngine(database, {
      actions: [
        {
          id: 'count',
          description: '',
          input: z.object({}),
          safety: 'look',
          run,
        },
      ],
    });
    expect((await test.reaches(id, 'held')).reason?.code).toBe('lostClaims');
    expect(run).not.toHaveBeenCalled();
  });
});
