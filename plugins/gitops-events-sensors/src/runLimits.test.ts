import { bindEvent } from './eventBinding';
import { compileSensor } from './compile';
import { evaluate } from './evaluate';
import type { SensorInput } from './schema';
import { eventOf, sensorOf } from './__testUtils__/sensorOf';

const window = { join: { within: '5m' }, key: 'event.subject' } as const;

describe('what holds runs back', () => {
  const keyFor = (key: string) => {
    const sensor = sensorOf({
      params: { cluster: '${{ event.data.cluster }}' },
      concurrency: { key },
    });
    return evaluate(
      compileSensor(sensor),
      bindEvent(eventOf({ cluster: 'eu-1', shards: [1, 2] })),
    );
  };

  it('is counted by a key that params may tell', () => {
    expect(keyFor('params.cluster')).toMatchObject({
      scope: { concurrencyKey: 'eu-1' },
    });
    expect(keyFor('event.data.shards')).toMatchObject({
      scope: { concurrencyKey: '[1,2]' },
    });
  });

  it('holds the event whose key cannot be told', () => {
    expect(keyFor('event.data.region')).toMatchObject({
      result: 'error',
      reason: { message: expect.stringMatching(/^The concurrency key cannot/) },
    });
  });

  it.each<[string, Partial<SensorInput['spec']>]>([
    ['leave this out', { concurrency: { key: 'event.id' } }],
    ['leave this out', { circuitBreaker: { per: 'entity' } }],
    ['leave this out', { circuitBreaker: { per: 'target' } }],
  ])('refuses with a window what is not told in time', (message, spec) => {
    expect(() => sensorOf({ window, ...spec })).toThrow(message);
    expect(sensorOf(spec)).toBeDefined();
  });
});
