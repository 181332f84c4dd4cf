import { timeBy, type ClockReading } from './presentTime';

const HOUR_MS = 3_600_000;
const at = 1_800_000_000_000;
const read = (more: Partial<ClockReading> = {}): ClockReading => ({
  ...{ database: at, own: at, monotonic: 1_000, uncertain: 2, ...more },
});
/** So long after `read`, with a clock that shows so much more than it should. */
const after = (ms: number, leapt = 0, own = at) => ({
  ...{ own: own + ms + leapt, monotonic: 1_000 + ms },
});

describe('timeBy', () => {
  it.each<[string, number, ClockReading, ReturnType<typeof after>]>([
    ['our own clock where it agrees', at + 3_000, read(), after(3_000)],
    [
      'our own clock where the network explains the difference',
      at + 3_000,
      read({ database: at + 900, uncertain: 800 }),
      after(3_000),
    ],
    [
      'the database where our own leapt ahead since',
      at + 3_000,
      read(),
      after(3_000, HOUR_MS),
    ],
    [
      'the database where our own leapt back since',
      at + 3_000,
      read(),
      after(3_000, -HOUR_MS),
    ],
    [
      'the database where our own was an hour ahead before',
      at + 3_000,
      read({ own: at + HOUR_MS }),
      after(3_000, 0, at + HOUR_MS),
    ],
    [
      'the database where our own, an hour ahead, was put right since',
      at + 3_000,
      read({ own: at + HOUR_MS }),
      after(3_000, -HOUR_MS, at + HOUR_MS),
    ],
  ])('is that of %s', (_, expected, last, now) => {
    expect(timeBy(last, now)).toBe(expected);
  });
});
