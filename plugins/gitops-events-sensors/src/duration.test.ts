import { parseDuration } from './duration';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '5', 's', '0s', '1.5h', '-1m', '5 m', '5M'])(
    'refuses "%s"',
    text => {
      expect(() => parseDuration(text)).toThrow(RangeError);
    },
  );
});
