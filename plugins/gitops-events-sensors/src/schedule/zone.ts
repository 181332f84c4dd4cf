import { DateTime, IANAZone } from 'luxon';

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** No time zone is farther from Greenwich. */
const FARTHEST_MS = 15 * 60 * MINUTE_MS;

/** Whether the IANA database has a time zone of this name. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/**
 * What the clock on the wall shows at a moment, as the milliseconds since the
 * epoch at which a clock in Greenwich shows the same.
 *
 * @param moment - milliseconds since the epoch
 */
export function wallClock(timeZone: string, moment: number): number {
  return moment + offsetAt(timeZone, moment);
}

/** Midnight before what the clock on the wall shows. */
export function startOfDay(wall: number): number {
  return Math.floor(wall / DAY_MS) * DAY_MS;
}

/** @param day - a midnight on the wall */
export function weekdayOf(day: number): string {
  // The epoch began on a Thursday.
  return weekdays[(((day / DAY_MS + 3) % 7) + 7) % 7];
}

/**
 * The moments at which the clock on the wall shows a time: one; two where it
 * goes back over it; where it goes forward over it, the moment it does.
 *
 * @param wall - as {@link wallClock} gives it
 */
export function momentsOf(timeZone: string, wall: number): number[] {
  const [from, to] = [wall - FARTHEST_MS, wall + FARTHEST_MS];
  const shown = [offsetAt(timeZone, from), offsetAt(timeZone, to)]
    .map(offset => wall - offset)
    .filter(moment => wallClock(timeZone, moment) === wall);
  const moments = shown.length > 0 ? shown : changesBetween(timeZone, from, to);
  return [...new Set(moments)].sort((a, b) => a - b);
}

/**
 * As {@link momentsOf} for many times of one day.
 *
 * @param times - milliseconds since midnight
 */
export function momentsOfDay(
  timeZone: string,
  day: number,
  times: readonly number[],
): number[] {
  const offset = offsetAt(timeZone, day - FARTHEST_MS);
  const isUnchanged = offset === offsetAt(timeZone, day + DAY_MS + FARTHEST_MS);
  return isUnchanged
    ? times.map(time => day + time - offset)
    : times.flatMap(time => momentsOf(timeZone, day + time));
}

/** The moments at which clocks are changed so that they show a time of this day. */
export function changesOn(timeZone: string, day: number): number[] {
  const end = day + DAY_MS;
  const changes = changesBetween(
    timeZone,
    day - FARTHEST_MS,
    end + FARTHEST_MS,
  );
  return changes.filter(moment => {
    const wall = wallClock(timeZone, moment);
    return wall >= day && wall < end;
  });
}

/** Clocks are changed at most once in two days. */
function changesBetween(timeZone: string, from: number, to: number): number[] {
  const before = offsetAt(timeZone, from);
  if (before === offsetAt(timeZone, to)) return [];
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(timeZone, middle) === before) low = middle;
    else high = middle;
  }
  return [high];
}

function offsetAt(timeZone: string, moment: number): number {
  return Math.round(IANAZone.create(timeZone).offset(moment) * MINUTE_MS);
}

/**
 * The moment that a text such as `2026-12-20`, `2026-12-20T18:00` or
 * `2026-12-20T18:00+01:00` names, in milliseconds since the epoch.
 *
 * @param edge - which one of a date without a time
 * @returns undefined when it names none
 * @public
 */
export function parseMoment(
  text: string,
  timeZone: string,
  edge: 'start' | 'end',
): number | undefined {
  const moment = DateTime.fromISO(text, { zone: timeZone });
  if (!moment.isValid) return undefined;
  const isDate = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text);
  const named = isDate && edge === 'end' ? moment.plus({ days: 1 }) : moment;
  return named.toMillis();
}

/** `Mon 4 Jan 2027 08:00 Europe/Berlin`. @public */
export function momentInWords(moment: number, timeZone: string): string {
  const at = DateTime.fromMillis(moment, { zone: timeZone, locale: 'en' });
  return `${at.toFormat('ccc d LLL yyyy HH:mm')} ${timeZone}`;
}
