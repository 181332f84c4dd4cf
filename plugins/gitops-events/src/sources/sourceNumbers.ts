import {
  countInWords,
  type SourceView,
} from '@gitops-events/plugin-gitops-events-common';

type Partition = SourceView['partitions'][number];

/** About how many messages lie beyond what was read; undefined where one partition does not say. */
export function behindOf(
  partitions: readonly Pick<Partition, 'behind' | 'retired'>[],
): number | undefined {
  const read = partitions.filter(({ retired }) => !retired);
  let sum = 0;
  for (const { behind } of read) {
    if (behind === undefined) return undefined;
    sum += behind;
  }
  return read.length === 0 ? undefined : sum;
}

/** When messages came last, of whichever partition. */
export function lastMessageOf(
  partitions: readonly Pick<Partition, 'lastMessageAt'>[],
): string | undefined {
  return partitions
    .flatMap(({ lastMessageAt }) => lastMessageAt ?? [])
    .sort()
    .at(-1);
}

/** `4 sources: 1 stopped, 2 waiting`, or that all of them are read. */
export function howSourcesStand(sources: readonly SourceView[]): string {
  const ailing = (['stopped', 'waiting'] as const).flatMap(state => {
    const count = sources.filter(one => one.state === state).length;
    return count > 0 ? [`${count} ${state}`] : [];
  });
  const all = countInWords(sources.length, 'event source');
  if (ailing.length > 0) return `${all}: ${ailing.join(', ')}`;
  return sources.length === 1
    ? 'The one event source is read'
    : `All ${all} are read`;
}

/**
 * Where a partition is read, in words. Kafka names what comes next, NATS what
 * was read last; the position of another kind stands as it is.
 */
export function positionInWords(position: string): string {
  try {
    const { offset, seq } = JSON.parse(position);
    if (offset !== undefined) return `next is ${grouped(offset)}`;
    if (seq !== undefined) return `up to ${grouped(seq)}`;
  } catch {
    // No JSON: in the words of its source.
  }
  return position;
}

/** `12,044`. */
export function grouped(value: number | string): string {
  return BigInt(value).toLocaleString('en');
}
