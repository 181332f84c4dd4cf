import fc from 'fast-check';
import { scheduleSchema } from '../schema';
import { isActive, nextActive, type ActiveHours } from './activeHours';
import { minuteMs, minutesIn, zones } from './__testUtils__/clocks';

const at = (text: string) => Date.parse(text);
const hours = (timeZone: string, from: string, to: string, days?: string[]) =>
  scheduleSchema.parse({ timeZone, active: [{ days, from, to }] });

describe('active hours', () => {
  const work = hours('Europe/Berlin', '08:00', '18:00', ['mon-fri']);

  it.each([
    // Friday evening waits for Monday; on Sunday clocks went forward.
    ['2026-03-27T18:00:00+01:00', '2026-03-30T08:00:00+02:00'],
    ['2026-03-27T17:59:59.999+01:00', undefined],
    // ... and back in autumn.
    ['2026-10-23T18:00:00+02:00', '2026-10-26T08:00:00+01:00'],
    ['2026-11-18T03:00:00+01:00', '2026-11-18T08:00:00+01:00'],
    ['2026-11-18T08:00:00+01:00', undefined],
  ])('%s goes on at %s', (from, to = from) => {
    expect(nextActive(work, at(from))).toBe(at(to));
  });

  it('reach over midnight, and belong to the day on which they begin', () => {
    const night = hours('Europe/Berlin', '22:00', '04:00', ['fri']);
    const inside = (text: string) => isActive(night, at(text));
    expect(inside('2026-11-20T22:00:00+01:00')).toBe(true);
    expect(inside('2026-11-21T03:59:00+01:00')).toBe(true);
    expect(inside('2026-11-21T04:00:00+01:00')).toBe(false);
    expect(inside('2026-11-21T22:00:00+01:00')).toBe(false);
    expect(inside('2026-11-20T03:00:00+01:00')).toBe(false);
  });

  it('begin when clocks go forward over their beginning', () => {
    const early = hours('Europe/Berlin', '02:30', '04:00');
    expect(nextActive(early, at('2026-03-29T01:59:00+01:00'))).toBe(
      at('2026-03-29T03:00:00+02:00'),
    );
  });

  it('fall out on the day on which clocks go forward over all of them', () => {
    const lost = hours('Europe/Berlin', '02:00', '03:00', ['sun']);
    expect(nextActive(lost, at('2026-03-29T00:00:00+01:00'))).toBe(
      at('2026-04-05T02:00:00+02:00'),
    );
  });

  it('come twice where clocks go back over them', () => {
    const twice = hours('Europe/Berlin', '02:15', '02:30');
    expect(nextActive(twice, at('2026-10-25T02:30:00+02:00'))).toBe(
      at('2026-10-25T02:15:00+01:00'),
    );
  });
});

const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

describe('nextActive', () => {
  const clock = fc
    .integer({ min: 0, max: 24 * 4 - 1 })
    .map(quarter => quarter * 15)
    .map(
      minutes =>
        `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`,
    );
  const oneDay = fc.constantFrom(...names);
  const active = fc.array(
    fc
      .record({
        days: fc.oneof(
          fc.constant(['mon-sun']),
          fc.array(oneDay, { minLength: 1, maxLength: 3 }),
          fc.tuple(oneDay, oneDay).map(ends => [ends.join('-')]),
        ),
        from: clock,
        to: fc.oneof(clock, fc.constant('24:00')),
      })
      .filter(({ from, to }) => from !== to),
    { minLength: 1, maxLength: 3 },
  );
  const spec = fc
    .record({ timeZone: fc.constantFrom(...zones), active })
    .map(given => scheduleSchema.parse(given) as ActiveHours);

  /** Says it by the clock on the wall alone. */
  const isInside = ({ active: all }: ActiveHours, shown: number) => {
    const weekday = new Date(shown).getUTCDay();
    const minutes = (shown / minuteMs) % (24 * 60);
    return all.some(({ days, from, to }) => {
      const [begin, end] = [from, to].map(text => {
        const [hour, rest] = text.split(':').map(Number);
        return hour * 60 + rest;
      });
      const on = (which: number) =>
        days.some(range => {
          const [first, last] = range.split('-').map(one => names.indexOf(one));
          if (last === undefined) return which === first;
          return first <= last
            ? first <= which && which <= last
            : which >= first || which <= last;
        });
      if (begin < end) return on(weekday) && minutes >= begin && minutes < end;
      const before = (weekday + 6) % 7;
      return (on(weekday) && minutes >= begin) || (on(before) && minutes < end);
    });
  };

  it('is the first minute that a clock on the wall shows as active, whatever is done to it', () => {
    fc.assert(
      fc.property(
        spec,
        fc.integer({ min: -36 * 60, max: 36 * 60 }),
        (given, offset) => {
          const { start, middle, shown } = minutesIn(given.timeZone);
          const first = middle + offset;
          const found = shown.findIndex(
            (wall, n) => n >= first && isInside(given, wall),
          );
          const next = nextActive(given, start + first * minuteMs);
          // Beyond what was looked at there is nothing to compare with.
          const beyond = start + shown.length * minuteMs;
          const expected = found < 0 ? beyond : start + found * minuteMs;
          expect(Math.min(next, beyond)).toBe(expected);
          expect(isActive(given, next)).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
