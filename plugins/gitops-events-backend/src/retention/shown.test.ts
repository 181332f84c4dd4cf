import { mockServices } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { storeSensor } from '../__testUtils__/fire';
import { readConfig } from '../config';
import { startApi } from '../http/__testUtils__/startApi';
import { testSensor } from '../pipeline/testSensor';
import { replica } from '../replay/__testUtils__/past';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { seedEvent } from '../timeline/__testUtils__/seed';
import { DAY_MS, daysAgo } from './__testUtils__/old';
import { refuseShortIdentity } from './refuseShortIdentity';
import { defaultRetention } from './readRetention';

jest.setTimeout(60_000);

const retentionOf = (retention: object) =>
  readConfig(mockServices.rootConfig({ data: { gitopsEvents: { retention } } }))
    .retention;

describe('how long things are kept', () => {
  it('has defaults', () => {
    expect(retentionOf({})).toEqual(defaultRetention);
    expect(retentionOf({ decisionDays: 0.5 }).decisionDays).toBe(0.5);
  });

  it('is refused where one thing would outlive what it needs', () => {
    expect(() => retentionOf({ payloadDays: 0 })).toThrow(
      'gitopsEvents.retention.payloadDays is 0; use a number of days above 0',
    );
    expect(() => retentionOf({ identityDays: 20 })).toThrow(
      'payloadDays is 30 and identityDays only 20',
    );
    expect(() => retentionOf({ timelineDays: 34 })).toThrow(
      'identityDays is 35 and timelineDays only 34',
    );
    expect(() => retentionOf({ decisionDays: 401 })).toThrow(
      'decisionDays is 401 and timelineDays only 400',
    );
  });
});

const databases = testDatabases();

describe.each(databaseKinds)('what was erased, on %s', kind => {
  let knex: Knex;
  let api: Awaited<ReturnType<typeof startApi>>;
  let uid: string;
  const sensor = testSensor('alerts', {
    dependencies: [
      {
        name: 'alert',
        ingress: 'registry',
        type: 'alert.raised',
        filter: 'event.data.loud',
      },
    ],
    dedupe: { key: 'event.data.id', for: '2d' },
  });

  beforeAll(async () => {
    ({ knex } = await databases.open(kind));
    await storeSensor(knex, sensor);
    await knex('sensors').insert({
      name: 'alerts',
      version: 1,
      revision: 1,
      present: true,
      paused: false,
      title: 'Alerts',
      owner: 'group:default/platform',
      location: 'test',
      problems: '[]',
      updated_at: 0,
    });
    uid = await seedEvent(knex, {
      id: 'old',
      type: 'alert.raised',
      acceptedAt: daysAgo(31),
    });
    await knex('events')
      .where({ uid })
      .update({ erased_at: Date.UTC(2026, 9, 1) });
    await knex('retention').update({ erased_until: daysAgo(31) });
    api = await startApi(knex);
  });
  afterAll(() => api.stop());

  it('says so where the event is read', async () => {
    const read = await api.read('getEvent', { params: { id: uid } });
    expect(read).toMatchObject({
      dataSize: 0,
      dataErasedAt: '2026-10-01T00:00:00.000Z',
    });
    expect(read.data).toBeUndefined();
  });

  it('says so where it is asked why a sensor said what it said', async () => {
    expect(
      await api.read('explainDecision', {
        params: { id: uid, sensor: 'alerts' },
      }),
    ).toMatchObject({
      reason: {
        code: 'notKept',
        message: expect.stringContaining('kept for 14 days'),
      },
      unexplained: {
        code: 'erased',
        message: expect.stringContaining('erased on 2026-10-01'),
      },
    });
  });

  it('is not replayed, and the replay says what can be', async () => {
    const { create } = replica(knex);
    const from = (at: number) => ({ from: new Date(at).toISOString() });
    await expect(create(sensor, { events: from(daysAgo(40)) })).rejects.toThrow(
      'Events of that time were erased',
    );
    const refused: Error = await create(sensor, {
      events: from(daysAgo(30)),
    }).catch(error => error);
    const first = Date.parse(/from (\S+) on/.exec(refused.message)![1]);
    expect(Math.round((Date.now() - first) / DAY_MS)).toBe(29);
    await create(sensor, { events: from(first) });
    await expect(
      create(sensor, { events: { uids: [uid, '0'.repeat(32)] } }),
    ).rejects.toThrow('The payloads of 2 of these events were erased');
    expect(await knex('replays')).toHaveLength(1);
  });

  it('is known for longer than an active sensor remembers, else the start is refused', async () => {
    await refuseShortIdentity(knex, defaultRetention);
    await expect(
      refuseShortIdentity(knex, { ...defaultRetention, identityDays: 1 }),
    ).rejects.toThrow(
      'Sensor alerts: dedupe.for is 2d, and after 1 days an event that is sent again counts as a new one',
    );
  });
});
