export const minuteMs = 60_000;
const around = 9 * 24 * 60;

/** When clocks were changed, by time zone. */
const changes: Record<string, string> = {
  'Europe/Berlin': '2026-03-29T01:00:00Z',
  'America/New_York': '2026-11-01T06:00:00Z',
  // Half an hour.
  'Australia/Lord_Howe': '2026-04-04T15:00:00Z',
  // Midnight does not exist, or comes twice.
  'Africa/Cairo': '2026-04-23T22:00:00Z',
  'America/Havana': '2026-11-01T05:00:00Z',
  'America/Nuuk': '2026-10-25T01:00:00Z',
  // A whole day does not exist.
  'Pacific/Apia': '2011-12-30T10:00:00Z',
  'Asia/Kathmandu': '2026-01-01T00:00:00Z',
  UTC: '2026-01-01T00:00:00Z',
};

export const zones = Object.keys(changes);

/** Each minute of eighteen days with a change of clocks in their middle. */
export interface Minutes {
  /** Of the first one, milliseconds since the epoch. */
  start: number;
  /** Of the change. */
  middle: number;
  /** What the clock on the wall shows, as `Date.UTC` has it. */
  shown: number[];
}

const known = new Map<string, Minutes>();

/** By another way than the one under test: minute for minute, as a calendar prints them. */
export function minutesIn(timeZone: string): Minutes {
  const before = known.get(timeZone);
  if (before) return before;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  });
  const start = Date.parse(changes[timeZone]) - around * minuteMs;
  const shown = Array.from({ length: 2 * around }, (_, n) => {
    // Such as "3/29/2026, 03:00".
    const text = format.format(start + n * minuteMs);
    const [month, day, year, hour, minute] = text.match(/\d+/g)!.map(Number);
    return Date.UTC(year, month - 1, day, hour, minute);
  });
  const minutes = { start, middle: around, shown };
  known.set(timeZone, minutes);
  return minutes;
}
