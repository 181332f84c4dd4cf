import type { FetchedRecord } from './cluster';

/** A transaction that was given up, as a broker tells of it beside records. */
export interface AbortedTransaction {
  producerId: string;
  firstOffset: string;
}

/** Key of the control record that ends one: version 0, type 0. */
const END = Buffer.alloc(4);

/**
 * Marks records of transactions that were given up: a broker sends them along,
 * and leaves it to its client to pass over them. A transaction goes from its
 * first offset to the control record of its producer that ends it.
 *
 * @param records - in the order of the partition
 */
export function markAborted(
  records: FetchedRecord[],
  transactions: AbortedTransaction[] | null | undefined,
): FetchedRecord[] {
  if (!transactions || transactions.length === 0) return records;
  const begin = (one: AbortedTransaction) => BigInt(one.firstOffset);
  const later = [...transactions].sort((a, b) =>
    begin(a) < begin(b) ? -1 : 1,
  );
  const open = new Set<string>();
  return records.map(record => {
    const { offset, key, isControlRecord, batchContext } = record;
    const producer = String(batchContext?.producerId);
    while (later.length > 0 && begin(later[0]) <= BigInt(offset)) {
      open.add(String(later.shift()!.producerId));
    }
    if (isControlRecord) {
      if (key?.equals(END)) open.delete(producer);
      return record;
    }
    return batchContext?.inTransaction && open.has(producer)
      ? { ...record, isAborted: true }
      : record;
  });
}
