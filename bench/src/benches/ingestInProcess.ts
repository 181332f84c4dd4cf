import type { BenchRoom } from '../environment/benchRoom';
import { perSecond } from '../measure/callers';
import { interleave, type Side } from '../measure/interleave';
import { acceptInProcess } from '../ours/acceptInProcess';
import { sampleEvent, samplePrincipal } from '../ours/sampleEvent';
import { ingestPeers } from '../peers/ingestPeers';
import { benchRow, type BenchRow } from '../report/benchRow';

const CALLERS = 16;

/** One event each, the next after its acknowledgement: the group commit and all before it. */
export async function ingestInProcess(room: BenchRoom): Promise<BenchRow[]> {
  const what = `accept in process, ${CALLERS} callers`;
  const rounds = room.quick ? 3 : 7;
  const ms = room.quick ? 800 : 3_000;
  room.log(what);
  const peers = await ingestPeers(room, { callers: CALLERS, ms });
  const sides = [await ours(room, ms), ...peers];
  const medians = await interleave(sides, { rounds, log: room.log });
  return peers.map(({ name }) =>
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
