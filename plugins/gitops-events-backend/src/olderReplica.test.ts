import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import waitForExpect from 'wait-for-expect';
import { fire } from './__testUtils__/fire';
import { Replicas } from './__testUtils__/replicas';
import type { WhyUnreadable } from './store/newerRevisions';
import { testDatabases } from './store/testDatabases';

jest.setTimeout(120_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();
const why = 'spec.maxAge: Unknown field "maxAge".';

/** As an engine says that is from before there was `maxAge`. */
const withoutMaxAge: WhyUnreadable = (_, definition) =>
  (definition as SensorInput).spec.maxAge === undefined ? undefined : why;

/** A run of the newest revision that is due, and nobody has begun. */
async function decidedByNewer(tx: Knex): Promise<string> {
  const row = await tx('sensor_revisions').orderBy('revision', 'desc').first();
  const sensor = JSON.parse(row.definition);
  const id = await fire(tx, { id: 'decided', sensor });
  const run = await tx('runs').where({ id }).first();
  const events = [{ uid: run.event_uid, dependency: 'came' }];
  await tx('runs')
    .where({ id })
    .update({
      revision: row.revision,
      scope: JSON.stringify({ events, params: {} }),
    });
  // Nothing is decided of it once more.
  await tx('events')
    .where({ uid: run.event_uid })
    .update({ type: 'test.decided' });
  return id;
}

describe('a replica that is older than another on the same PostgreSQL', () => {
  let replicas: Replicas;
  beforeEach(async () => {
    replicas = await Replicas.on(databases);
  });
  afterEach(() => replicas.end());

  it('decides nothing, and runs nothing, of what it cannot read, and goes on once it can', async () => {
    const { knex } = replicas.database;
    const hasRun = (count: number) =>
      waitForExpect(async () => {
        expect(await knex('runs').where({ end: 'done' })).toHaveLength(count);
      });
    await replicas.sensor('');
    const older = await replicas.start({ whyUnreadable: withoutMaxAge });
    await older.service.bus.publish(replicas.events(1));
    await hasRun(1);
    expect(older.ran).toHaveLength(1);

    const newer = await replicas.start();
    await replicas.sensor('maxAge: 1h');
    await waitForExpect(() =>
      expect(older.service.standstills()).toMatchObject([
        {
          partition: 'this replica',
          message: expect.stringContaining('of one sensor'),
        },
      ]),
    );
    expect(older.logger.warn.mock.calls.join()).toContain(
      `sensor note, ${why}`,
    );
    for (let n = 0; n < 25; n++) {
      await older.service.bus.publish(replicas.events(1));
      await newer.service.bus.publish(replicas.events(1));
    }
    await hasRun(51);
    expect(older.ran).toHaveLength(1);
    expect(newer.ran).toHaveLength(50);
    const decidedBy = await knex('runs')
      .distinct('revision')
      .orderBy('revision');
    expect(decidedBy.map(({ revision }) => Number(revision))).toEqual([1, 2]);

    // While it is alone, all waits: what came, and what was decided already.
    await newer.stop();
    await older.service.bus.publish(replicas.events(10));
    const decided = await knex.transaction(tx => decidedByNewer(tx));
    await waitForExpect(async () => {
      const { version } = await knex('runs').where({ id: decided }).first();
      // It was taken, and given back.
      expect(Number(version)).toBeGreaterThan(2);
    });
    expect(await older.service.undecided('test', 100)).toBe(11);
    const next = await replicas.start();
    await hasRun(62);
    expect(next.ran).toHaveLength(11);
    expect(older.ran).toHaveLength(1);
    expect(await knex('runs').where({ state: 'held' })).toEqual([]);

    await replicas.sensor('');
    await waitForExpect(() => expect(older.service.standstills()).toEqual([]));
    await next.stop();
    await older.service.bus.publish(replicas.events(1));
    await hasRun(63);
    expect(older.ran).toHaveLength(2);
  });
});
