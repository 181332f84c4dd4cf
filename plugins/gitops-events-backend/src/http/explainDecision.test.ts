import type { Knex } from 'knex';
import { storeSensor } from '../__testUtils__/fire';
import { testSensor } from '../pipeline/testSensor';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import {
  seedDecision,
  seedEvent,
  seedRun,
} from '../timeline/__testUtils__/seed';
import { startApi } from './__testUtils__/startApi';

jest.setTimeout(60_000);

const databases = testDatabases();

/** The sensor as one revision after the other had it. */
const alertsWith = (filter: string) =>
  testSensor('alerts', {
    dependencies: [
      { name: 'alert', ingress: 'registry', type: 'alert.raised', filter },
    ],
  });
const start = Date.now();

describe.each(databaseKinds)(
  'GET /v1/events/:id/decisions/:sensor on %s',
  kind => {
    let knex: Knex;
    let api: Awaited<ReturnType<typeof startApi>>;

    beforeAll(async () => {
      ({ knex } = await databases.open(kind));
      await storeSensor(knex, alertsWith('event.data.severity == "critical"'));
      await storeSensor(
        knex,
        alertsWith('event.data.token + event.data.name == "x"'),
        2,
      );
      await knex('sensor_revisions')
        .where({ revision: 2 })
        .update({ created_at: start + 3_600_000 });
      await knex('sensors').insert({
        name: 'alerts',
        version: 1,
        revision: 2,
        present: true,
        paused: false,
        title: 'Alerts',
        owner: 'group:default/platform',
        location: 'test',
        problems: '[]',
        updated_at: 0,
      });
      api = await startApi(knex);
    });
    afterAll(() => api.stop());

    const seed = (id: string, data: object, more: object = {}) =>
      seedEvent(knex, {
        id,
        type: 'alert.raised',
        acceptedAt: start + 1_000,
        data: Buffer.from(JSON.stringify(data)),
        ...more,
      });
    const explain = (id: string, sensor = 'alerts') =>
      api.read('explainDecision', { params: { id, sensor } });

    it('gives the values that the filter saw, of the revision that decided', async () => {
      const id = await seed('quiet', { severity: 'warning' });
      const reason = { code: 'filterFalse', message: 'It was false.' };
      const outcome = 'notMatched' as const;
      await seedDecision(knex, {
        eventUid: id,
        sensor: 'alerts',
        outcome,
        reason,
      });
      expect(await explain(id)).toEqual({
        eventUid: id,
        sensor: 'alerts',
        revision: 1,
        outcome,
        reason,
        decidedAt: expect.any(String),
        dependencies: [
          {
            name: 'alert',
            ingress: 'registry',
            type: 'alert.raised',
            listens: true,
            filter: 'event.data.severity == "critical"',
            parts: [
              {
                text: 'event.data.severity == "critical"',
                offset: 0,
                value: false,
              },
              { text: 'event.data.severity', offset: 0, value: 'warning' },
            ],
          },
        ],
      });
    });

    it('has an answer where only the index said no', async () => {
      const id = await seed('other', {}, { type: 'alert.resolved' });
      expect(await explain(id)).toMatchObject({
        revision: 1,
        outcome: 'notMatched',
        reason: {
          code: 'notListening',
          message:
            'alerts listens to alert.raised from registry; this is alert.resolved from registry.',
        },
        dependencies: [{ name: 'alert', listens: false }],
      });
    });

    it('names the run that fired, and what is not decided yet', async () => {
      const id = await seed('loud', { severity: 'critical' });
      expect(await explain(id)).toMatchObject({
        reason: { code: 'notDecided' },
      });
      const runId = await seedRun(knex, {
        name: 'loud',
        eventUid: id,
        sensor: 'alerts',
      });
      expect(await explain(id)).toMatchObject({ outcome: 'fired', runId });
    });

    it('masks secrets that a filter compares', async () => {
      const id = await seed(
        'secret',
        { token: 'hunter2', name: 'shop' },
        { acceptedAt: start + 7_200_000 },
      );
      const { revision, dependencies } = await explain(id);
      expect(revision).toBe(2);
      expect(dependencies[0].parts).toHaveLength(4);
      expect(JSON.stringify(dependencies)).not.toContain('hunter2');
    });

    it('does not know a sensor or an event that is not there', async () => {
      const id = await seed('known', {});
      for (const params of [
        { id, sensor: 'nobody' },
        { id: '0'.repeat(32), sensor: 'alerts' },
      ]) {
        const { status } = await api.call('platform', 'explainDecision', {
          params,
        });
        expect(status).toBe(404);
      }
    });
  },
);
