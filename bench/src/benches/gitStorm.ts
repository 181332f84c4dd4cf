import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { BenchRoom } from '../environment/benchRoom';
import { mostMemory, residentMemory } from '../measure/memory';
import { Starts } from '../measure/starts';
import { percentile } from '../measure/statistics';
import { calmUntil, pause, sensorOf, tellTimes } from '../ours/calmSensor';
import { promotion, promotionEvent } from '../ours/promotion';
import { quietIngress, samplePrincipal } from '../ours/sampleEvent';
import { prepareFolders } from '../ours/spineConfig';
import { startAction } from '../ours/startSensor';
import { startSpine, type Spine } from '../ours/startSpine';
import { benchRow, type BenchRow } from '../report/benchRow';
import { git } from '../repository/git';
import { tellWaves } from './stormWaves';
import { unaccounted } from './stormTrace';

const BATCH = 500;
const PATIENCE_MS = 60 * 60_000;

/** A storm, and where its changes go. */
export interface GitStorm {
  name: string;
  /** Before the name of each row. */
  label: string;
  events: number;
  keys: number;
  /** The longest that a run waits for others to share its change, as in a sensor. */
  within: string;
  folder: string;
  repository: string;
  /** The bare repository behind it. */
  bare: string;
  /** Besides the one that is there anyway. */
  hosts: ChangeHost[];
}

/**
 * Events over so many change keys, as fast as they are accepted, until the last
 * of them is in a commit or is told which newer one made it pointless; and one
 * event after the other for an unrelated sensor, all the while.
 */
export async function gitStorm(
  room: BenchRoom,
  storm: GitStorm,
): Promise<BenchRow[]> {
  const { events, keys, folder, label, bare } = storm;
  room.log(
    `${events} events over ${keys} change keys that wait up to ${storm.within}, on ${storm.name}`,
  );
  await prepareFolders(folder, {
    sensors: [promotionTo(storm), sensorOf(quietIngress.name)],
    applications: keys,
  });
  const knex = await room.emptyDatabase(`storm_${storm.name}`);
  const started = new Starts();
  const spine = await startSpine({
    ...{ knex, folder, hosts: storm.hosts },
    repository: storm.repository,
    actions: [startAction(id => started.tell(id))],
  });
  await calmUntil(spine, started, pause(3_000));
  const commitsBefore = await commitsOf(bare);
  const idle = residentMemory();
  const start = Date.now();
  const work = send(spine, storm).then(() => settled(room, knex, storm));
  const [times, most] = await Promise.all([
    calmUntil(spine, started, work),
    mostMemory(work),
  ]);
  room.log(`  settled after ${((Date.now() - start) / 1000).toFixed(0)} s`);
  tellTimes(room, 'unrelated', times);
  await tellWaves(room, knex, start);
  const missing = await unaccounted({ room, knex, storm });
  const commits = (await commitsOf(bare)) - commitsBefore;
  await spine.service.stop();
  return [
    benchRow({
      ...{ what: `${label}unaccounted`, unit: 'events', ours: missing },
    }),
    benchRow({ what: `${label}commits`, unit: 'commits', ours: commits }),
    benchRow({
      what: `${label}memory above idle`,
      unit: 'MB',
      ours: Math.max(most - idle, 0),
    }),
    benchRow({
      what: `${label}unrelated sensor, p99`,
      unit: 's',
      ours: percentile(times, 99),
    }),
  ];
}

/** Until it is in a commit; nobody applies it here. */
function promotionTo({ repository, within }: GitStorm): SensorInput {
  const { spec } = promotion;
  const [bump] = spec.steps;
  const input = bump.input as Record<string, unknown>;
  return {
    ...promotion,
    spec: {
      ...spec,
      steps: [
        {
          ...bump,
          input: { ...input, repo: repository, coalesce: { within } },
        },
      ],
    },
  } as SensorInput;
}

async function send({ acceptor }: Spine, storm: GitStorm): Promise<void> {
  for (let n = 0; n < storm.events; n += BATCH) {
    const events = Array.from({ length: BATCH }, (_, i) =>
      promotionEvent((n + i) % storm.keys, n + i),
    );
    await acceptor.accept({ events, credentials: samplePrincipal });
  }
}

/** Ends when no run moves any more. */
async function settled(
  room: BenchRoom,
  knex: Knex,
  { events }: GitStorm,
): Promise<void> {
  room.log('  all events are accepted');
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const row = await knex('runs')
      .where({ sensor: promotion.metadata.name })
      .whereIn('state', ['ended', 'held'])
      .count({ ended: '*' })
      .first();
    if (Number(row!.ended) >= events) return;
    if (performance.now() > giveUpAt) {
      throw new Error(`Only ${row!.ended} of ${events} runs have ended.`);
    }
    await pause(500);
  }
}

async function commitsOf(bare: string): Promise<number> {
  return Number(
    await git(bare, 'rev-list', '--count', '--first-parent', 'main'),
  );
}
