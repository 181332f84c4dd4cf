import { eventOf, sensorOf } from './__testUtils__/sensorOf';
import { SimulatedMemory } from './simulate/SimulatedMemory';
import { Simulation } from './simulate/Simulation';

describe('a rate limit', () => {
  it('lets no more begin than it says, from whichever partition events come', () => {
    const sensor = sensorOf({
      rateLimit: { max: 2, per: '1m', over: 'drop' },
    });
    const said: string[] = [];
    const simulation = new Simulation({
      sensors: [sensor],
      memory: new SimulatedMemory(),
      decided: (_, decision) =>
        said.push(...decision.said.map(({ outcome }) => outcome)),
    });
    // The second partition lags: its event counts as of now.
    for (const acceptedAt of [10_000, 9_000, 69_999, 70_000]) {
      simulation.arrive(sensor, {
        event: eventOf(undefined, { uid: `${acceptedAt}`, acceptedAt }),
        evaluation: { result: 'matched', dependency: 'pushed' },
        now: acceptedAt,
      });
    }
    expect(said).toEqual(['fired', 'fired', 'suppressed', 'fired']);
  });
});
