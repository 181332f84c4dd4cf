import type { ChaosBus } from '../../chaos/bus/chaosBus';
import type { BenchRoom } from '../../environment/benchRoom';
import { perSecond } from '../../measure/callers';
import { interleave, type Side } from '../../measure/interleave';
import { sampleEvent, samplePrincipal } from '../../ours/sampleEvent';
import { bareBatchedInsert } from '../../peers/bareBatchedInsert';
import { graphileWorker } from '../../peers/graphileWorker';
import { benchRow, type BenchRow } from '../../report/benchRow';
import type { MeasuredSpine } from './busSpine';
import { drained } from './drained';

const CALLERS = 16;

/** Sixteen callers, one event each, the next after its acknowledgement, while what was accepted is taken in and decided. */
export async function rates(
  room: BenchRoom,
  { name }: ChaosBus,
  measured: MeasuredSpine,
): Promise<BenchRow[]> {
  const what = `${name}, accepted per second`;
  room.log(what);
  const ms = room.quick ? 700 : 3_000;
  const sides = [ours(measured, ms), await bare(room, ms)];
  if (room.postgres) sides.push(await graphile(room, ms));
  const rounds = room.quick ? 2 : 5;
  const medians = await interleave(sides, { rounds, log: room.log });
  return sides.slice(1).map(side =>
    benchRow({
      ...{ what, unit: 'events/s', ours: medians.get('ours')! },
      peer: { name: side.name, value: medians.get(side.name)! },
    }),
  );
}

function ours({ spine }: MeasuredSpine, ms: number): Side {
  let next = 0;
  const work = async () => {
    const event = { ...sampleEvent(next++), type: 'io.registry.seen' };
    const [outcome] = await spine.acceptor.accept({
      ...{ events: [event], credentials: samplePrincipal },
    });
    if (outcome.result !== 'accepted') throw new Error('An event was refused');
    return 1;
  };
  return {
    name: 'ours',
    async measure() {
      const rate = await perSecond({ callers: CALLERS, ms, work });
      // The others shall not be measured beside what is left of it.
      await drained(spine, next);
      return rate;
    },
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
