import type { BenchRoom } from '../environment/benchRoom';
import { percentile } from '../measure/statistics';
import { settledRuns } from '../ours/settledRuns';
import { promotion, promotionEvent } from '../ours/promotion';
import { samplePrincipal } from '../ours/sampleEvent';
import { prepareFolders } from '../ours/spineConfig';
import { startSpine, type Spine } from '../ours/startSpine';
import { benchRow } from '../report/benchRow';
import type { Bench } from './bench';

const STORM_EVENTS = 2_000;
const STORM_KEYS = 200;
const STORM_MS = 10_000;

/** From accepted to applied and healthy, through a pull request that merges itself, by the engine's own times. */
export const applied: Bench = {
  name: 'applied',
  about: 'how long from an event to applied and healthy, idle and in a storm',
  run: async room => {
    await prepareFolders(room.folder, {
      sensors: [promotion],
      applications: STORM_KEYS,
    });
    const knex = await room.emptyDatabase('applied');
    const spine = await startSpine({ knex, folder: room.folder });
    room.atEnd(() => spine.service.stop());
    const idle = await oneByOne(room, spine);
    const storm = await inAStorm(room, spine);
    return [
      benchRow({ what: 'event to applied, p99 idle', unit: 's', ours: idle }),
      benchRow({ what: 'event to applied, p99 storm', unit: 's', ours: storm }),
    ];
  },
};

/** The next one when the last is applied and a quiet moment has passed. */
async function oneByOne(room: BenchRoom, spine: Spine): Promise<number> {
  const count = room.quick ? 6 : 40;
  const times: number[] = [];
  for (let n = 0; n <= count; n++) {
    const since = await send(spine, n, n);
    const [time] = await settledRuns(spine.service.database.knex, since);
    // The first one compiles and loads what the others find there.
    if (n > 0) times.push(time);
    await pause(room.quick ? 300 : 1_000);
  }
  tell(room, 'idle', times);
  return percentile(times, 99);
}

/** Evenly over ten seconds, each key ten times. */
async function inAStorm(room: BenchRoom, spine: Spine): Promise<number> {
  const { knex } = spine.service.database;
  const since = await newestRun(spine);
  const start = performance.now();
  const sending: Array<Promise<unknown>> = [];
  for (let n = 0; n < STORM_EVENTS; n++) {
    const due = start + (n / STORM_EVENTS) * STORM_MS;
    if (due > performance.now()) await pause(due - performance.now());
    sending.push(send(spine, n % STORM_KEYS, 1_000 + n));
  }
  await Promise.all(sending);
  const times = await settledRuns(knex, since, STORM_EVENTS);
  tell(room, 'storm', times);
  return percentile(times, 99);
}

/** Gives the number of the newest run before it. */
async function send(
  spine: Spine,
  application: number,
  n: number,
): Promise<number> {
  const since = await newestRun(spine);
  await spine.acceptor.accept({
    events: [promotionEvent(application, n)],
    credentials: samplePrincipal,
  });
  return since;
}

async function newestRun({ service }: Spine): Promise<number> {
  const row = await service.database.knex('runs').max({ seq: 'seq' }).first();
  return Number(row?.seq ?? 0);
}

function tell(room: BenchRoom, name: string, times: number[]): void {
  const shown = [50, 90, 99, 100].map(
    percent => `p${percent} ${percentile(times, percent).toFixed(2)}`,
  );
  room.log(`  ${name}, ${times.length} events: ${shown.join(', ')} s`);
}

function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
