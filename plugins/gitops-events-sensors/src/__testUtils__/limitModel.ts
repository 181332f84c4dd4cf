/**
 * `rateLimit` of docs/sensors.md, as plainly as it can be said: moment after
 * moment is tried. Shares no code with the limit itself. Times in minutes.
 *
 * @param times - when the firings of one key come, in order
 * @returns when each begins, or what is done with it instead
 */
export function limited(
  times: number[],
  limit: {
    max: number;
    per: number;
    over: 'delay' | 'drop' | 'hold';
    atMost: number;
  },
): Array<number | 'dropped' | 'held'> {
  const { max, per, over, atMost } = limit;
  const begun: number[] = [];
  return times.map(at => {
    const isAllowed = (start: number) =>
      begun.every(other => other <= start) &&
      begun.filter(other => other > start - per).length < max;
    let start = at;
    while (!isAllowed(start)) start += 1;
    if (start > at && over === 'drop') return 'dropped';
    if (start > at && (over === 'hold' || start - at > atMost)) return 'held';
    begun.push(start);
    return start;
  });
}
