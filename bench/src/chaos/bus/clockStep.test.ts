import { assertOff, clockStep } from './clockStep';
import type { Site } from './disturbance';

describe('clockStep', () => {
  it.each([
    [3_600_000, 3_600_000],
    [-3_600_000, -3_599_000],
    [0, 900],
  ])('believes a clock that is off by %d ms and shows %d', (ms, shown) => {
    expect(() => assertOff(5_000 + shown, ms, 5_000)).not.toThrow();
  });

  it('refuses to go on where the clock does not move, or nobody says', () => {
    expect(() => assertOff(5_010, 3_600_000, 5_000)).toThrow(
      'set off by 3600000 ms and is off by 10 ms',
    );
    expect(() => assertOff(undefined, 0)).toThrow('the replica ended');
  });

  it('is left out where the one clock is also that of the database', async () => {
    const site = { bus: { replicas: 1 } } as Site;
    expect(await clockStep.cannot(site)).toContain('that of its database');
  });
});
