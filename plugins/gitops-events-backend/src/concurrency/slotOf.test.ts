import { sensorSchema } from '@gitops-events/plugin-gitops-events-sensors';
import fc from 'fast-check';
import { fire, storeSensor } from '../__testUtils__/fire';
import { admitRuns } from '../gate/admitRuns';
import { claimRuns } from '../store/claimRuns';
import { createSensorReader } from '../store/readSensorRevision';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { slotOf } from './slotOf';

jest.setTimeout(60_000);

const sensorOf = (name: string) => ({
  apiVersion: 'gitops-events.io/v1alpha1' as const,
  kind: 'Sensor' as const,
  metadata: { name, owner: 'group:default/platform' },
  spec: {
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    concurrency: { key: 'event.data.cluster' },
    steps: [{ id: 'write', action: 'write' }],
  },
});
const databases = testDatabases();

it.each(databaseKinds)(
  'a replay takes no place of a live key that is spelled like its own, on %s',
  async kind => {
    const { knex } = await databases.open(kind);
    const sensor = sensorOf('deploy');
    await storeSensor(knex, sensor);
    const live = await fire(knex, {
      ...{ id: '1', sensor, concurrencyKey: 'in replay 7 eu-1' },
    });
    const replayed = await fire(knex, {
      ...{ id: '2', sensor, concurrencyKey: 'eu-1' },
    });
    await knex('runs').where({ id: replayed }).update({ generation: 7 });
    const claimed = await claimRuns(knex, {
      ...{ replica: 'a', claimMs: 60_000 },
      wanted: [{ sensor: 'deploy', take: 10 }],
    });
    const readSensor = createSensorReader(knex);
    const begun = await admitRuns(
      { knex, readSensor, targets: {}, tellTarget: async () => undefined },
      claimed,
    );
    expect(begun.map(({ id }) => id)).toEqual([live, replayed]);
  },
);

it('a revert takes no place: it asks for none', () => {
  const sensor = sensorSchema.parse(sensorOf('deploy'));
  const run = { sensor: 'deploy', generation: -1, scope: { events: [] } };
  expect(slotOf(run, sensor)).toBeUndefined();
});

it('two runs share a place only where sensor, replay and key are the same', () => {
  const keyed = fc.record({
    sensor: fc.constantFrom('a', 'in'),
    generation: fc.constantFrom(0, 1),
    // Spelled as though it were of a replay, or of another sensor.
    key: fc
      .array(fc.constantFrom('in replay 1 ', '@1 ', 'a ', 'in ', 'x'), {
        maxLength: 2,
      })
      .map(words => words.join('')),
  });
  interface Keyed {
    sensor: string;
    generation: number;
    key: string;
  }
  const of = ({ sensor, generation, key }: Keyed) =>
    slotOf(
      { sensor, generation, scope: { events: [], concurrencyKey: key } },
      sensorSchema.parse(sensorOf(sensor)),
    )!.slot;
  fc.assert(
    fc.property(keyed, keyed, (one, other) => {
      const same = JSON.stringify(one) === JSON.stringify(other);
      expect(of(one) === of(other)).toBe(same);
    }),
    { numRuns: 2_000 },
  );
});
