import fc from 'fast-check';
import { minuteMs, minutesIn, zones } from './__testUtils__/clocks';
import { isCron, nextCron } from './cron';

const at = (text: string) => Date.parse(text);

describe('nextCron', () => {
  it.each([
    ['0 0 * * *', '2026-11-21T10:00:00+01:00', '2026-11-22T00:00:00+01:00'],
    ['0 0 * * *', '2026-11-22T00:00:00+01:00', '2026-11-23T00:00:00+01:00'],
    ['30 6 * * mon-fri', '2026-11-20T07:00:00+01:00', '2026-11-23T06:30+01:00'],
    ['0 9 1 jan,JUL *', '2026-11-21T00:00:00+01:00', '2027-01-01T09:00+01:00'],
    ['0 12 29 2 *', '2026-11-21T00:00:00+01:00', '2028-02-29T12:00+01:00'],
    // Either day suffices where both are limited, as cron has it.
    ['0 0 13 * fri', '2026-11-21T00:00:00+01:00', '2026-11-27T00:00+01:00'],
    ['0 0 * * 7', '2026-11-20T00:00:00+01:00', '2026-11-22T00:00+01:00'],
    ['0 0 * * fri-sun', '2026-11-21T00:00:00+01:00', '2026-11-22T00:00+01:00'],
    ['10-30/10,50 * * * *', '2026-11-20T00:30+01:00', '2026-11-20T00:50+01:00'],
    // Clocks go forward over it, and back over it.
    ['30 2 * * *', '2026-03-29T00:00:00+01:00', '2026-03-29T03:00+02:00'],
    ['30 2 * * *', '2026-10-25T02:30:00+02:00', '2026-10-25T02:30+01:00'],
  ])('%s after %s is %s', (cron, after, next) => {
    const found = nextCron({ cron, timeZone: 'Europe/Berlin' }, at(after));
    expect(new Date(found).toISOString()).toBe(new Date(next).toISOString());
  });

  const fieldOf = (least: number, most: number) => {
    const one = fc.integer({ min: least, max: most });
    const all = Array.from({ length: most - least + 1 }, (_, n) => least + n);
    return fc.oneof(
      fc.constant({ text: '*', values: all }),
      one.map(value => ({ text: String(value), values: [value] })),
      fc.tuple(one, one).map(ends => {
        const [from, to] = ends.sort((a, b) => a - b);
        return {
          text: `${from}-${to}`,
          values: all.filter(value => value >= from && value <= to),
        };
      }),
      fc.integer({ min: 2, max: 9 }).map(step => ({
        text: `*/${step}`,
        values: all.filter((_, n) => n % step === 0),
      })),
      fc.tuple(one, one).map(values => ({ text: values.join(','), values })),
    );
  };

  it('is the first minute that a clock on the wall shows, or is put over', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fieldOf(0, 59),
        fieldOf(0, 23),
        fieldOf(1, 31),
        fieldOf(0, 6),
        fc.integer({ min: -36 * 60, max: 36 * 60 }),
        (timeZone, minute, hour, dayOfMonth, weekday, offset) => {
          const { start, middle, shown } = minutesIn(timeZone);
          const fits = (wall: number) => {
            const date = new Date(wall);
            const days = [
              dayOfMonth.values.includes(date.getUTCDate()),
              weekday.values.includes(date.getUTCDay()),
            ];
            const both = [dayOfMonth, weekday].some(({ text }) =>
              text.startsWith('*'),
            );
            return (
              minute.values.includes(date.getUTCMinutes()) &&
              hour.values.includes(date.getUTCHours()) &&
              (both ? days.every(Boolean) : days.some(Boolean))
            );
          };
          const first = middle + offset;
          const found = shown.findIndex((wall, n) => {
            if (n <= first) return false;
            for (
              let over = Math.min(shown[n - 1] + minuteMs, wall);
              over <= wall;
              over += minuteMs
            ) {
              if (fits(over)) return true;
            }
            return false;
          });
          const fields = [minute, hour, dayOfMonth, { text: '*' }, weekday];
          const cron = fields.map(({ text }) => text).join(' ');
          const next = nextCron({ cron, timeZone }, start + first * minuteMs);
          const beyond = start + shown.length * minuteMs;
          const expected = found < 0 ? beyond : start + found * minuteMs;
          expect(Math.min(next, beyond)).toBe(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('isCron', () => {
  it.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '*/0 * * * *',
    '5-1 * * * *',
    '1-2-3 * * * *',
    '1/2/3 * * * *',
    ', * * * *',
    'one * * * *',
    '* * * mon *',
    '@daily',
    // Never happens.
    '0 0 30 feb *',
    '0 0 31 4,6,9,11 *',
  ])('refuses "%s"', text => {
    expect(isCron(text)).toBe(false);
  });

  it.each([
    '0 0 29 feb *',
    '0 0 31 feb mon',
    '*/5 8-18 * * mon-fri',
    '1/2 * * * *',
  ])('takes "%s"', text => {
    expect(isCron(text)).toBe(true);
  });

  it('decides on any text at once', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123456789*/,-  a') }),
        text => {
          expect(typeof isCron(text)).toBe('boolean');
        },
      ),
    );
  });
});
