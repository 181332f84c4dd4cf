import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';

/** Payloads of one message; the thread holds them and what comes of them at once. */
const maxBytes = 4 * 1024 * 1024;
const maxEvents = 500;

/** Cuts work on events into messages of a bounded size. */
export function* portions<T>(
  items: T[],
  eventsOf: (item: T) => StoredEvent[],
): Generator<T[]> {
  let portion: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = eventsOf(item).reduce(
      (sum, { data }) => sum + (data?.byteLength ?? 0),
      0,
    );
    const full = portion.length >= maxEvents || bytes + size > maxBytes;
    if (full && portion.length > 0) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(item);
    bytes += size;
  }
  if (portion.length > 0) yield portion;
}

/** A message carries the whole buffer that a payload is a part of, and database drivers read many rows into one. */
export function compact(event: StoredEvent): StoredEvent {
  const { data } = event;
  return data && data.buffer.byteLength > data.byteLength
    ? { ...event, data: new Uint8Array(data) }
    : event;
}
