import type { FetchedRecord } from './cluster';

/** What a record has around its key, value and headers, and its part of the batch; bytes. */
const AROUND = 20;

/** Bytes that one of these takes at a broker, on average, where nothing is compressed. */
export function sizeOfOne(records: FetchedRecord[]): number {
  const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0);
  return records.length === 0 ? 0 : bytes / records.length;
}

function sizeOf({ key, value, headers }: FetchedRecord): number {
  const inHeaders = Object.entries(headers).reduce(
    (sum, [name, content]) =>
      sum + name.length + 2 + String(content ?? '').length,
    0,
  );
  return AROUND + (key?.length ?? 0) + (value?.length ?? 0) + inHeaders;
}
