import { DateTime } from 'luxon';
import {
  DAY_MS,
  MINUTE_MS,
  momentsOfDay,
  startOfDay,
  wallClock,
  weekdayOf,
  weekdays,
} from './zone';

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
/** A leap year may be eight years away. */
const MOST_DAYS = 8 * 366;

/** Five fields of cron: minute, hour, day of month, month, weekday. */
interface Cron {
  /** Milliseconds since midnight, in order. */
  times: number[];
  days: Set<number>;
  months: Set<number>;
  weekdays: Set<string>;
  /** As cron has it: where both are limited, either suffices. */
  eitherDay: boolean;
}

/** Whether a text is a cron expression of five fields that happens at all. */
export function isCron(text: string): boolean {
  const cron = parseCron(text);
  if (!cron) return false;
  for (let day = 0; day < MOST_DAYS; day++) {
    if (fitsDay(cron, day * DAY_MS)) return true;
  }
  return false;
}

/**
 * The first moment after this one at which a cron expression happens. The clock
 * on the wall decides: where it goes forward over the time, the moment it does;
 * where it goes back over it, twice.
 *
 * @param after - milliseconds since the epoch
 */
export function nextCron(
  { cron: text, timeZone }: { cron: string; timeZone: string },
  after: number,
): number {
  const cron = parseCron(text);
  if (!cron) throw new RangeError(`"${text}" is not a cron expression`);
  const today = startOfDay(wallClock(timeZone, after));
  for (let ahead = 0; ahead < MOST_DAYS; ahead++) {
    const day = today + ahead * DAY_MS;
    if (!fitsDay(cron, day)) continue;
    const found = momentsOfDay(timeZone, day, cron.times).filter(
      moment => moment > after,
    );
    if (found.length > 0) return Math.min(...found);
  }
  return Infinity;
}

function fitsDay(cron: Cron, day: number): boolean {
  const date = DateTime.fromMillis(day, { zone: 'utc' });
  if (!cron.months.has(date.month)) return false;
  const fits = [cron.days.has(date.day), cron.weekdays.has(weekdayOf(day))];
  return cron.eitherDay ? fits.some(Boolean) : fits.every(Boolean);
}

function parseCron(text: string): Cron | undefined {
  const fields = text.trim().toLowerCase().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minutes, hours, days, inMonths, onWeekdays] = [
    valuesOf(fields[0], 0, 59),
    valuesOf(fields[1], 0, 23),
    valuesOf(fields[2], 1, 31),
    valuesOf(fields[3], 1, 12, months),
    valuesOf(fields[4], 0, 7, ['sun', ...weekdays]),
  ];
  if (!minutes || !hours || !days || !inMonths || !onWeekdays) return undefined;
  return {
    times: hours.flatMap(hour =>
      minutes.map(minute => (hour * 60 + minute) * MINUTE_MS),
    ),
    days: new Set(days),
    months: new Set(inMonths),
    weekdays: new Set(onWeekdays.map(day => ['sun', ...weekdays][day])),
    eitherDay: !fields[2].startsWith('*') && !fields[4].startsWith('*'),
  };
}

/** Values of a field such as `*`, `1-5` or `0,30`, each with a step or without, in order. */
function valuesOf(
  field: string,
  least: number,
  most: number,
  names: readonly string[] = [],
): number[] | undefined {
  const number = (text: string, at: number): number => {
    // As the end of a range Sunday comes last.
    const named = at > 0 ? names.lastIndexOf(text) : names.indexOf(text);
    if (named >= 0) return named + (names === months ? 1 : 0);
    return /^[0-9]{1,2}$/.test(text) ? Number(text) : NaN;
  };
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [range, step = '1', ...more] = part.split('/');
    const ends = range === '*' ? [least, most] : range.split('-').map(number);
    const [from, to = part.includes('/') ? most : from] = ends;
    const by = Number(step);
    const isRight =
      more.length === 0 &&
      ends.length <= 2 &&
      from >= least &&
      to <= most &&
      from <= to &&
      /^[0-9]{1,2}$/.test(step) &&
      by > 0;
    if (!isRight) return undefined;
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}
