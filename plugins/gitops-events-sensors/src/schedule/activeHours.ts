import type { Schedule } from '../schema';
import {
  changesOn,
  DAY_MS,
  MINUTE_MS,
  momentsOf,
  startOfDay,
  wallClock,
  weekdayOf,
  weekdays,
} from './zone';

/** A week's hours may fall victim to a change of clocks, a year's do not. */
const MOST_DAYS = 400;

/** Hours of a week, and where the clock hangs that shows them. @public */
export type ActiveHours = Pick<Schedule, 'timeZone' | 'active'>;

/**
 * Whether a moment lies within active hours. The clock on the wall decides,
 * also in the night when it is changed.
 *
 * @param moment - milliseconds since the epoch
 * @public
 */
export function isActive(hours: ActiveHours, moment: number): boolean {
  return covers(hours.active, wallClock(hours.timeZone, moment));
}

/**
 * The first moment from this one on that lies within active hours.
 *
 * @param moment - milliseconds since the epoch
 * @public
 */
export function nextActive(hours: ActiveHours, moment: number): number {
  const { timeZone, active } = hours;
  if (isActive(hours, moment)) return moment;
  const today = startOfDay(wallClock(timeZone, moment));
  for (let ahead = 0; ahead < MOST_DAYS; ahead++) {
    const day = today + ahead * DAY_MS;
    const begins = [
      ...active.flatMap(({ from }) =>
        momentsOf(timeZone, day + timeOfDay(from)),
      ),
      ...changesOn(timeZone, day),
    ].filter(begin => begin > moment && isActive(hours, begin));
    if (begins.length > 0) return Math.min(...begins);
  }
  throw new RangeError(`No active hours within ${MOST_DAYS} days`);
}

/** Whether the hours cover what the clock on the wall shows. */
export function covers(active: ActiveHours['active'], wall: number): boolean {
  const start = startOfDay(wall);
  const time = wall - start;
  const today = weekdayOf(start);
  const yesterday = weekdayOf(start - DAY_MS);
  return active.some(hours => {
    const [from, to] = [timeOfDay(hours.from), timeOfDay(hours.to)];
    const days = daysIn(hours.days);
    if (from < to) return days.has(today) && time >= from && time < to;
    // Over midnight: the day on which they begin counts.
    return (
      (days.has(today) && time >= from) || (days.has(yesterday) && time < to)
    );
  });
}

/** Names such as `mon`, and ranges such as `mon-fri` or `sat-mon`. */
function daysIn(names: readonly string[]): Set<string> {
  return new Set(
    names.flatMap(name => {
      const [first, last = first] = name.split('-');
      const from = weekdays.indexOf(first);
      const count = (weekdays.indexOf(last) - from + 7) % 7;
      return Array.from(
        { length: count + 1 },
        (_, n) => weekdays[(from + n) % 7],
      );
    }),
  );
}

function timeOfDay(text: string): number {
  const [hour, minute] = text.split(':').map(Number);
  return (hour * 60 + minute) * MINUTE_MS;
}
