import type { BenchRoom } from '../environment/benchRoom';
import { perSecond } from '../measure/callers';
import { interleave, type Side } from '../measure/interleave';
import { acceptInProcess } from '../ours/acceptInProcess';
import { sampleEvent, samplePrincipal } from '../ours/sampleEvent';
import { bareBatchedInsert } from '../peers/bareBatchedInsert';
import { graphileWorker } from '../peers/graphileWorker';
import { benchRow, type BenchRow } from '../report/benchRow';

const CALLERS = 16;

/** One event each, the next after its acknowledgement: the group commit and all before it. */
export async function ingestInProcess(room: BenchRoom): Promise<BenchRow[]> {
  const what = `accept in process, ${CALLERS} callers`;
  const rounds = room.quick ? 3 : 7;
  const ms = room.quick ? 800 : 3_000;
  room.log(what);
  const sides = [await ours(room, ms), await bare(room, ms)];
  if (room.postgres) sides.push(await graphile(room, ms));
  const medians = await interleave(sides, { rounds, log: room.log });
  return sides.slice(1).map(({ name }) =>
    benchRow({
      what,
      unit: 'events/s',
      ours: medians.get('ours')!,
      peer: { name, value: medians.get(name)! },
    }),
  );
}

async function ours(room: BenchRoom, ms: number): Promise<Side> {
  const acceptor = acceptInProcess(await room.openDatabase('accept'));
  let next = 0;
  const work = async () => {
    const [outcome] = await acceptor.accept({
      events: [sampleEvent(next++)],
      credentials: samplePrincipal,
    });
    if (outcome.result !== 'accepted') throw new Error('An event was refused');
    return 1;
  };
  return {
    name: 'ours',
    measure: () => perSecond({ callers: CALLERS, ms, work }),
  };
}

async function bare(room: BenchRoom, ms: number): Promise<Side> {
  const database = await room.openDatabase('bare');
  const { insert, close } = await bareBatchedInsert(database, CALLERS);
  room.atEnd(close);
  const work = async () => {
    await insert();
    return CALLERS;
  };
  return {
    name: 'bare batched INSERT',
    measure: () => perSecond({ callers: 1, ms, work }),
  };
}

async function graphile(room: BenchRoom, ms: number): Promise<Side> {
  const url = await room.postgres!.createDatabase('graphile');
  const worker = await graphileWorker(url, CALLERS);
  room.atEnd(() => worker.stop());
  let next = 0;
  const work = async () => {
    const { data, ...attributes } = sampleEvent(next++);
    await worker.addJob({ ...attributes, data: JSON.parse(String(data)) });
    return 1;
  };
  return {
    name: 'graphile-worker',
    measure: () => perSecond({ callers: CALLERS, ms, work }),
  };
}
