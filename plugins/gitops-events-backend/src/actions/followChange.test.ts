import { lookAgainMs } from './followChange';

describe('lookAgainMs', () => {
  const minute = 60_000;

  it.each([
    [0, minute],
    [90_000, minute],
    [10 * minute, 5 * minute],
    [5 * 60 * minute, 10 * minute],
    [-minute, minute],
  ])('after %d ms is %d ms', (waitedMs, again) => {
    expect(lookAgainMs(waitedMs)).toBe(again);
  });

  it('looks at what has waited for hours six times an hour, however deep the backlog', () => {
    let waitedMs = 0;
    let looks = 0;
    while (waitedMs < 24 * 60 * minute) {
      waitedMs += lookAgainMs(waitedMs);
      looks++;
    }
    expect(looks).toBeLessThan(170);
  });
});
