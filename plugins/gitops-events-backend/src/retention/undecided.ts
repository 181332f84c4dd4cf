import type { Knex } from 'knex';
import { parsePosition } from '../bus/snapshotPosition';
import { isPostgres } from '../store/clock';
import { systemIdentifier } from '../store/postgres';
import { groupBy } from '../timeline/groupBy';

interface Placed {
  uid: string;
  partition: string;
  seq: number;
}

/** Those of these events that lie beyond the position of their partition. */
export async function undecidedAmong(
  tx: Knex,
  events: Placed[],
): Promise<string[]> {
  const undecided: string[] = [];
  const byPartition = groupBy(events, ({ partition }) => partition);
  const rows = await tx('positions')
    .whereIn('partition', [...byPartition.keys()])
    .select('partition', 'position');
  const positions = new Map(
    rows.map(row => [row.partition as string, row.position as string | null]),
  );
  const system = isPostgres(tx) ? await systemIdentifier(tx) : undefined;
  for (const [partition, group] of byPartition) {
    const position = positions.get(partition);
    const uids = group.map(({ uid }) => uid);
    if (!position) undecided.push(...uids);
    else if (system === undefined) {
      const { seq } = JSON.parse(position);
      const beyond = group.filter(event => event.seq > Number(seq));
      undecided.push(...beyond.map(({ uid }) => uid));
    } else {
      undecided.push(...(await beyondSnapshots(tx, system, position, uids)));
    }
  }
  return undecided;
}

async function beyondSnapshots(
  tx: Knex,
  system: string,
  position: string,
  uids: string[],
): Promise<string[]> {
  const { older, newer, reached, ...of } = parsePosition(position);
  // Snapshots of another cluster say nothing here.
  if (of.system !== system) return uids;
  return tx('events')
    .whereIn('uid', uids)
    .whereRaw(
      `not (pg_visible_in_snapshot(xid, ?::pg_snapshot)
         or pg_visible_in_snapshot(xid, ?::pg_snapshot)
           and (xid, seq) <= (?::xid8, ?::bigint))`,
      [older ?? '3:3:', newer, reached?.xid ?? '0', reached?.seq ?? '0'],
    )
    .pluck('uid');
}
