import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { fire, storeSensor } from '../__testUtils__/fire';
import { slotOf } from '../concurrency/slotOf';
import { admitRuns } from '../gate/admitRuns';
import { claimRuns } from '../store/claimRuns';
import type { Database } from '../store/database';
import { readRun } from '../store/readRun';
import { createSensorReader } from '../store/readSensorRevision';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(60_000);

const minute = 60_000;
const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'deploy', owner: 'group:default/platform' },
  spec: {
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    circuitBreaker: { failures: 1, maxHold: '30m' },
    concurrency: {},
    steps: [{ id: 'write', action: 'write' }],
  },
};
const lane = 'l'.repeat(32);

const databases = testDatabases();

describe.each(databaseKinds)('the time a breaker may hold, on %s', kind => {
  let database: Database;
  /** After all runs were made. */
  const start = Date.now() + 10 * minute;

  beforeEach(async () => {
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    await database.knex('breakers').insert({
      sensor: 'deploy',
      scope: '',
      state: 'open',
      value: '{}',
      version: 1,
    });
  });

  const openUntil = (until: number) =>
    database.knex('breakers').update({
      state: 'open',
      value: JSON.stringify({ state: 'open', openedAt: 0, until, failures: 1 }),
    });
  /** Everybody who waits asks once more, so many minutes later. */
  const askedAfter = async (minutes: number, take = 10) => {
    await database
      .knex('runs')
      .where({ state: 'queued' })
      .update({ due_at: 0, topic: null });
    const { knex } = database;
    const claimed = await claimRuns(knex, {
      replica: 'a',
      wanted: [{ sensor: 'deploy', take }],
      claimMs: minute,
    });
    return admitRuns(
      {
        knex,
        readSensor: createSensorReader(knex),
        targets: {},
        tellTarget: async () => undefined,
      },
      claimed,
      start + minutes * minute,
    );
  };
  const run = async (id: string) => (await readRun(database.knex, id))!;

  it('counts from the first wait, whatever else a run waits for meanwhile', async () => {
    const other = await fire(database.knex, { id: 'other', sensor });
    const { slot } = slotOf(await run(other), sensor as never)!;
    await database
      .knex('runs')
      .where({ id: other })
      .update({ state: 'waiting', slot, due_at: start + 600 * minute });
    const id = await fire(database.knex, { id: '1', sensor });

    await openUntil(start + 10 * minute);
    expect(await askedAfter(0)).toEqual([]);
    expect((await run(id)).reason!.code).toBe('circuitBreaker');
    // It may try, but its place is taken.
    expect(await askedAfter(11)).toEqual([]);
    expect((await run(id)).reason!.code).toBe('concurrency');

    await openUntil(start + 60 * minute);
    expect(await askedAfter(29)).toEqual([]);
    expect(await run(id)).toMatchObject({
      state: 'queued',
      dueAt: start + 30 * minute,
    });
    expect(await askedAfter(30)).toEqual([]);
    expect(await run(id)).toMatchObject({
      state: 'held',
      reason: { code: 'circuitBreaker' },
    });
  });

  it('does not count what another waited before a run was made', async () => {
    const first = await fire(database.knex, { id: '1', sensor, lane });
    await openUntil(start + 60 * minute);
    await askedAfter(0);
    const second = await fire(database.knex, { id: '2', sensor, lane });
    await database
      .knex('runs')
      .where({ id: second })
      .update({ created_at: start + 20 * minute });
    // It is parked with the one before it, in that one's words.
    await askedAfter(25);
    await askedAfter(30);
    expect(await run(first)).toMatchObject({ state: 'held' });
    await askedAfter(31);
    expect(await run(second)).toMatchObject({
      state: 'queued',
      dueAt: start + 50 * minute,
    });
  });
});
