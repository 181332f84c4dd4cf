import type { ChaosBus } from '../../chaos/bus/chaosBus';
import type { BenchRoom } from '../../environment/benchRoom';
import { perSecond } from '../../measure/callers';
import { interleave, type Side } from '../../measure/interleave';
import { sampleEvent, samplePrincipal } from '../../ours/sampleEvent';
import { ingestPeers } from '../../peers/ingestPeers';
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
  const peers = await ingestPeers(room, { callers: CALLERS, ms });
  const sides = [ours(measured, ms), ...peers];
  const rounds = room.quick ? 2 : 5;
  const medians = await interleave(sides, { rounds, log: room.log });
  return peers.map(side =>
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
