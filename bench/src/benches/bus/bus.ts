import { buses } from '../../chaos/bus/buses';
import type { ChaosBus } from '../../chaos/bus/chaosBus';
import { withBenchRoom, type BenchRoom } from '../../environment/benchRoom';
import { named } from '../../report/options';
import type { BenchRow } from '../../report/benchRow';
import type { Bench } from '../bench';
import { backlog } from './backlog';
import { busSpine } from './busSpine';
import { decided } from './decided';
import { rates } from './rates';
import { strangers } from './strangers';

export const bus: Bench = {
  name: 'bus',
  about:
    'how much and how soon through each bus; `--bus NAME` measures one of them',
  run: async room => {
    const rows: BenchRow[] = [];
    for (const one of room.bus ? [named(buses, room.bus)] : buses) {
      room.log(one.name);
      rows.push(...(await inItsRoom(room, one, at => rowsOf(at, one))));
    }
    return rows;
  },
};

/** Each has the database that it needs; servers of one do not disturb another. */
function inItsRoom<T>(
  room: BenchRoom,
  { database }: ChaosBus,
  work: (room: BenchRoom) => Promise<T>,
): Promise<T> {
  // The room that we are in has a PostgreSQL already.
  if (database === room.kind && room.bus) return work(room);
  const { quick, host } = room;
  return withBenchRoom({ quick, host, database }, work);
}

async function rowsOf(room: BenchRoom, one: ChaosBus): Promise<BenchRow[]> {
  const broker = await one.startBroker?.(room, 'one');
  if (broker) room.log(broker.about);
  const measured = await busSpine(room, one, broker);
  const rows = [
    ...(await rates(room, one, measured)),
    ...(await decided(room, one, measured)),
  ];
  if (one.name === 'postgres') rows.push(...(await strangers(room, measured)));
  await measured.spine.service.stop();
  // Behind a broker the log is the same one.
  if (!broker) rows.push(...(await backlog(room, one)));
  return rows;
}
