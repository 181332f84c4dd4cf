import type { ChaosBus } from '../../chaos/bus/chaosBus';
import type { BenchRoom } from '../../environment/benchRoom';
import { Starts } from '../../measure/starts';
import { percentile } from '../../measure/statistics';
import { pause, tellTimes } from '../../ours/calmSensor';
import { sampleEvent, samplePrincipal } from '../../ours/sampleEvent';
import { graphileWorker } from '../../peers/graphileWorker';
import { benchRow, type BenchRow } from '../../report/benchRow';
import type { MeasuredSpine } from './busSpine';

const PER_SECOND = 100;

/** A steady stream; each event from the call that accepts it to the start of its step, which is after it was decided. */
export async function decided(
  room: BenchRoom,
  { name }: ChaosBus,
  measured: MeasuredSpine,
): Promise<BenchRow[]> {
  const what = `${name}, accepted to decided, p99`;
  const count = room.quick ? 300 : 3_000;
  const times = await stream(count, ours(measured));
  tellTimes(room, what, times);
  const own = percentile(times, 99);
  if (!room.postgres) return [benchRow({ what, unit: 's', ours: own })];
  const theirs = await stream(count, await graphile(room));
  tellTimes(room, 'graphile-worker', theirs);
  const peer = { name: 'graphile-worker', value: percentile(theirs, 99) };
  return [benchRow({ what, unit: 's', ours: own, peer })];
}

let sent = 1_000_000;

/** Sends one event and gives the milliseconds until its step starts. */
export function ours({ spine, started }: MeasuredSpine) {
  return () => {
    sent += 1;
    const event = sampleEvent(sent);
    return started.timeOf(event.id, () =>
      spine.acceptor.accept({ events: [event], credentials: samplePrincipal }),
    );
  };
}

async function graphile(room: BenchRoom) {
  const url = await room.postgres!.createDatabase('graphile_starts');
  const worker = await graphileWorker(url, 16);
  room.atEnd(() => worker.stop());
  const started = new Starts();
  await worker.work(payload => started.tell((payload as { id: string }).id));
  let next = 0;
  return () => {
    next += 1;
    const { data, ...attributes } = sampleEvent(next);
    return started.timeOf(attributes.id, () =>
      worker.addJob({ ...attributes, data: JSON.parse(String(data)) }),
    );
  };
}

/** Seconds of each. Sent on time, whether or not those before have started. */
export async function stream(
  count: number,
  once: () => Promise<number>,
): Promise<number[]> {
  const from = performance.now();
  const times: Array<Promise<number>> = [];
  for (let n = 0; n < count; n++) {
    times.push(once());
    const wait = from + ((n + 1) * 1_000) / PER_SECOND - performance.now();
    if (wait > 0) await pause(wait);
  }
  return (await Promise.all(times)).map(ms => ms / 1_000);
}
