import type { Knex } from 'knex';
import type { BenchRoom } from '../environment/benchRoom';
import { Starts } from '../measure/starts';
import { percentile } from '../measure/statistics';
import { calmUntil, pause, sensorOf, tellTimes } from '../ours/calmSensor';
import {
  quietIngress,
  sampleEvent,
  sampleIngress,
  samplePrincipal,
} from '../ours/sampleEvent';
import { prepareFolders } from '../ours/spineConfig';
import { startAction } from '../ours/startSensor';
import { startSpine, type Spine } from '../ours/startSpine';
import { benchRow, type BenchRow } from '../report/benchRow';

const BATCH = 500;

/** Without Git: one sensor gets as many events as can be accepted; another of its own ingress one at a time, all the while. */
export async function stormOfRuns(room: BenchRoom): Promise<BenchRow[]> {
  const count = room.quick ? 3_000 : 100_000;
  const ingresses = [sampleIngress.name, quietIngress.name];
  const folder = `${room.folder}/runs`;
  await prepareFolders(folder, {
    sensors: ingresses.map(sensorOf),
    applications: 1,
  });
  const knex = await room.emptyDatabase('storm_runs');
  const started = new Starts();
  const spine = await startSpine({
    knex,
    folder,
    actions: [startAction(id => started.tell(id))],
  });
  const calm = await calmUntil(spine, started, pause(2_000));
  const from = performance.now();
  const times = await calmUntil(spine, started, inAStorm(spine, knex, count));
  const seconds = (performance.now() - from) / 1_000;
  tellTimes(room, 'calm', calm);
  tellTimes(room, `${count} runs in ${Math.round(seconds)} s`, times);
  await spine.service.stop();
  return [
    benchRow({
      what: 'event to step, calm, p99',
      unit: 's',
      ours: percentile(calm, 99),
    }),
    benchRow({
      what: 'event to step, another in a storm, p99',
      unit: 's',
      ours: percentile(times, 99),
    }),
    benchRow({
      what: 'runs of the storm, per second',
      unit: 'events/s',
      ours: count / seconds,
    }),
  ];
}

/** Ends when the runs of all its events have. */
async function inAStorm(
  { acceptor }: Spine,
  knex: Knex,
  count: number,
): Promise<void> {
  for (let n = 0; n < count; n += BATCH) {
    const events = Array.from({ length: BATCH }, (_, i) => sampleEvent(n + i));
    await acceptor.accept({ events, credentials: samplePrincipal });
  }
  for (;;) {
    const row = await knex('runs')
      .where({ sensor: sampleIngress.name, state: 'ended' })
      .count({ ended: '*' })
      .first();
    if (Number(row!.ended) >= count) return;
    await pause(500);
  }
}
