import type { JetStreamManager } from '@nats-io/jetstream';

/**
 * The number before the first message that was stored at a moment or later;
 * that of the last one where all are older. It is searched for by halves: a
 * consumer that begins at a moment would find it too, but a server of 2.9
 * ends in a panic where a stream in its memory has a hole.
 *
 * @param since - milliseconds since the epoch
 */
export async function writtenSince(
  { streams }: Pick<JetStreamManager, 'streams'>,
  stream: string,
  { first, last }: { first: number; last: number },
  since: number,
): Promise<number> {
  // What is before `from` is older, what is at `to` or behind it is not; the first of those is `next`.
  let from = Math.max(first, 1);
  let to = last + 1;
  let next = to;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const found = await streams.getMessage(stream, {
      ...{ seq: middle, next_by_subj: '>' },
    });
    const isOlder =
      found !== null && found.seq < to && Date.parse(found.timestamp) < since;
    if (isOlder) {
      from = found.seq + 1;
    } else {
      to = middle;
      next = Math.min(next, found?.seq ?? next);
    }
  }
  return next - 1;
}
