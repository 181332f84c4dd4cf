import type { BenchRoom } from '../environment/benchRoom';
import { perSecond } from '../measure/callers';
import type { Side } from '../measure/interleave';
import { sampleEvent } from '../ours/sampleEvent';
import { bareBatchedInsert } from './bareBatchedInsert';
import { graphileWorker } from './graphileWorker';

interface Load {
  /** Callers of one event each, the next after its acknowledgement. */
  callers: number;
  /** How long a round takes, in milliseconds. */
  ms: number;
}

/** Beside whom accepting is measured: the disk with nothing before it, and graphile-worker where there is PostgreSQL. */
export async function ingestPeers(
  room: BenchRoom,
  load: Load,
): Promise<Side[]> {
  const bare = await bareSide(room, load);
  return room.postgres ? [bare, await graphileSide(room, load)] : [bare];
}

async function bareSide(room: BenchRoom, load: Load): Promise<Side> {
  const { callers, ms } = load;
  const database = await room.openDatabase('bare');
  const { insert, close } = await bareBatchedInsert(database, callers);
  room.atEnd(close);
  const work = async () => {
    await insert();
    return callers;
  };
  return {
    name: 'bare batched INSERT',
    measure: () => perSecond({ callers: 1, ms, work }),
  };
}

async function graphileSide(room: BenchRoom, load: Load): Promise<Side> {
  const { callers, ms } = load;
  const url = await room.postgres!.createDatabase('graphile');
  const worker = await graphileWorker(url, callers);
  room.atEnd(() => worker.stop());
  let next = 0;
  const work = async () => {
    const { data, ...attributes } = sampleEvent(next++);
    await worker.addJob({ ...attributes, data: JSON.parse(String(data)) });
    return 1;
  };
  return {
    name: 'graphile-worker',
    measure: () => perSecond({ callers, ms, work }),
  };
}
