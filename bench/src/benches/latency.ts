import type { BenchRoom } from '../environment/benchRoom';
import { interleave, type Side } from '../measure/interleave';
import { Starts } from '../measure/starts';
import { percentile } from '../measure/statistics';
import { sampleEvent, samplePrincipal } from '../ours/sampleEvent';
import { prepareFolders } from '../ours/spineConfig';
import { startAction, startSensor } from '../ours/startSensor';
import { startSpine } from '../ours/startSpine';
import { graphileWorker } from '../peers/graphileWorker';
import { benchRow, type BenchRow } from '../report/benchRow';
import type { Bench } from './bench';

const what = 'accepted to step started, p50';

/** From the call that accepts an event to the moment its step runs, one at a time on an idle engine. */
export const latency: Bench = {
  name: 'latency',
  about:
    'how soon after an event its first step starts, beside graphile-worker',
  run: async room => {
    const count = room.quick ? 60 : 300;
    const sides = [await ours(room, count)];
    if (room.postgres) sides.push(await graphile(room, count));
    const medians = await interleave(sides, {
      rounds: room.quick ? 3 : 5,
      log: room.log,
    });
    return [rowOf(medians)];
  },
};

function rowOf(medians: Map<string, number>): BenchRow {
  const theirs = medians.get('graphile-worker');
  return benchRow({
    what,
    unit: 'ms',
    ours: medians.get('ours')!,
    peer: theirs ? { name: 'graphile-worker', value: theirs } : undefined,
  });
}

async function ours(room: BenchRoom, count: number): Promise<Side> {
  const { knex } = await { knex: await room.emptyDatabase('latency') };
  await prepareFolders(room.folder, {
    sensors: [startSensor],
    applications: 1,
  });
  const started = new Starts();
  const { service, acceptor } = await startSpine({
    knex,
    folder: room.folder,
    actions: [startAction(id => started.tell(id))],
  });
  room.atEnd(() => service.stop());
  let next = 0;
  const once = async () => {
    const event = sampleEvent(next++);
    return started.timeOf(event.id, () =>
      acceptor.accept({ events: [event], credentials: samplePrincipal }),
    );
  };
  return { name: 'ours', measure: () => p50(count, once) };
}

async function graphile(room: BenchRoom, count: number): Promise<Side> {
  const url = await room.postgres!.createDatabase('graphile');
  const worker = await graphileWorker(url, 10);
  room.atEnd(() => worker.stop());
  const started = new Starts();
  await worker.work(payload => started.tell((payload as { id: string }).id));
  let next = 0;
  const once = async () => {
    const { data, ...attributes } = sampleEvent(next++);
    return started.timeOf(attributes.id, () =>
      worker.addJob({ ...attributes, data: JSON.parse(String(data)) }),
    );
  };
  return { name: 'graphile-worker', measure: () => p50(count, once) };
}

async function p50(
  count: number,
  once: () => Promise<number>,
): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    times.push(await once());
    // Idle in between: all that the last one left behind is done by then.
    await new Promise(done => setTimeout(done, 20));
  }
  return percentile(times, 50);
}
