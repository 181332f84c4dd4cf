import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { BenchRoom } from '../environment/benchRoom';
import { Starts } from '../measure/starts';
import { percentile } from '../measure/statistics';
import {
  quietEvent,
  quietIngress,
  sampleEvent,
  sampleIngress,
  samplePrincipal,
} from '../ours/sampleEvent';
import { prepareFolders } from '../ours/spineConfig';
import { startAction } from '../ours/startSensor';
import { startSpine, type Spine } from '../ours/startSpine';
import { benchRow } from '../report/benchRow';
import type { Bench } from './bench';

const BATCH = 500;
const PAUSE_MS = 50;

const sensor = (ingress: string): SensorInput => ({
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: ingress, owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'came', ingress, type: `io.${ingress}.*` }],
    steps: [{ id: 'start', action: 'bench:start' }],
  },
});

/** One sensor gets as many events as can be accepted; another of its own ingress one at a time, all the while. */
export const storm: Bench = {
  name: 'storm',
  about: 'how soon a sensor acts while another one is in a storm',
  run: async room => {
    const count = room.quick ? 10_000 : 100_000;
    const ingresses = [sampleIngress.name, quietIngress.name];
    await prepareFolders(room.folder, {
      sensors: ingresses.map(sensor),
      applications: 1,
    });
    const knex = await room.emptyDatabase('storm');
    const started = new Starts();
    const spine = await startSpine({
      knex,
      folder: room.folder,
      actions: [startAction(id => started.tell(id))],
    });
    room.atEnd(() => spine.service.stop());
    const calm = await quietUntil(spine, started, pause(2_000));
    const from = performance.now();
    const during = quietUntil(spine, started, inAStorm(spine, knex, count));
    const times = await during;
    const seconds = (performance.now() - from) / 1_000;
    tell(room, 'calm', calm);
    tell(room, `storm of ${count} in ${Math.round(seconds)} s`, times);
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
  },
};

let quiet = 0;

/** One event after the other until `end`; seconds from accepting each to the start of its step. */
async function quietUntil(
  { acceptor }: Spine,
  started: Starts,
  end: Promise<void>,
): Promise<number[]> {
  let over = false;
  const ended = end.finally(() => {
    over = true;
  });
  const times: number[] = [];
  while (!over) {
    quiet += 1;
    const event = quietEvent(quiet);
    const time = await started.timeOf(event.id, () =>
      acceptor.accept({ events: [event], credentials: samplePrincipal }),
    );
    times.push(time / 1_000);
    await pause(PAUSE_MS);
  }
  await ended;
  return times;
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

function tell(room: BenchRoom, name: string, times: number[]): void {
  const shown = [50, 90, 99, 100].map(
    percent => `p${percent} ${percentile(times, percent).toFixed(3)}`,
  );
  room.log(`  ${name}, ${times.length} events: ${shown.join(', ')} s`);
}

function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
