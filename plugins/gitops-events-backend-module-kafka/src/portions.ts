import type { Message } from 'kafkajs';
import type { IncomingEvent } from '@gitops-events/plugin-gitops-events-node';
import { recordOf } from './records';

/** Below the 1 MiB that a broker takes at once by default, with room for what records have around them. */
const PORTION_BYTES = 800_000;

/** Makes events messages, in portions that a broker takes at once; order is kept, and one that is larger is alone. */
export function portionsOf(events: IncomingEvent[]): Message[][] {
  const portions: Message[][] = [];
  let bytes = Infinity;
  for (const event of events) {
    const message = recordOf(event);
    const size = sizeOf(message);
    if (bytes + size > PORTION_BYTES) {
      portions.push([]);
      bytes = 0;
    }
    portions[portions.length - 1].push(message);
    bytes += size;
  }
  return portions;
}

function sizeOf({ key, value, headers }: Message): number {
  const texts = [key, value, ...Object.entries(headers ?? {}).flat()];
  return texts.reduce<number>(
    (sum, text) => sum + Buffer.byteLength((text as string | Buffer) ?? ''),
    0,
  );
}
