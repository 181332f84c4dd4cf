import type { SourceMessage } from '@gitops-events/plugin-gitops-events-node';
import type { FetchedRecord } from './cluster';

/** A record of somebody else's topic. */
export function messageOf(
  topic: string,
  partition: number,
  { offset, timestamp, key, value, headers }: FetchedRecord,
): SourceMessage {
  return {
    place: `${topic}/${partition}/${offset}`,
    ...{ topic, partition },
    offset: Number(offset),
    timestamp: Number(timestamp),
    ...(key && { key }),
    ...(value && { value }),
    headers: Object.entries(headers).flatMap(([name, found]) =>
      [found]
        .flat()
        .map((text): [string, string] => [name, String(text ?? '')]),
    ),
  };
}
