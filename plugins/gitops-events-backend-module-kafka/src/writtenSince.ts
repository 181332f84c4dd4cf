import { fetchRecords, readOffsetSince, type Cluster } from './cluster';
import { isUndecodable } from './troubles';

/** A broker sends one batch of records at least, however large. */
const ONE_BATCH = 1;

/**
 * Where to begin in order to read what was written at a moment or later. The
 * broker finds the first record that says so; what lies before it is older
 * where the last of that has a time. Where it has none, nobody can tell, and
 * all is read.
 *
 * @param since - milliseconds since the epoch
 */
export async function writtenSince(
  cluster: Cluster,
  { topic, partition }: { topic: string; partition: number },
  { oldest, next }: { oldest: bigint; next: bigint },
  since: number,
): Promise<bigint> {
  const place = { topic, partition };
  const found = (await readOffsetSince(cluster, place, since)) ?? next;
  if (found <= oldest) return oldest;
  const before = { ...place, offset: found - 1n };
  const records = await fetchRecords(cluster, before, ONE_BATCH).catch(
    error => {
      if (isUndecodable(error)) return undefined;
      throw error;
    },
  );
  const isUntimed =
    records === undefined ||
    records.some(
      ({ offset, timestamp }) =>
        BigInt(offset) < found && Number(timestamp) < 0,
    );
  return isUntimed ? oldest : found;
}
