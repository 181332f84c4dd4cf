import { formatAgo } from './formatAgo';
import { useNow } from './useNow';

/** Date and time of the reader's own zone, to the second. */
export const absolute = (at: string) =>
  new Date(at).toLocaleString(undefined, {
    dateStyle: 'medium',
    timeStyle: 'long',
  });

/** How long ago, ticking; the absolute time on hover. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow();
  return (
    <time
      dateTime={at}
      title={absolute(at)}
      style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}
    >
      {formatAgo(at, now)}
    </time>
  );
}

/** Time of day to the millisecond: `10:41:07.120`. */
export function clockTime(at: string): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
