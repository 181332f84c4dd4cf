import type { Knex } from 'knex';
import type { ChaosBus } from '../../chaos/bus/chaosBus';
import type { BenchRoom } from '../../environment/benchRoom';
import { perSecond } from '../../measure/callers';
import { acceptInProcess } from '../../ours/acceptInProcess';
import { pause } from '../../ours/calmSensor';
import { sampleEvent, samplePrincipal } from '../../ours/sampleEvent';
import { prepareFolders } from '../../ours/spineConfig';
import { startSpine } from '../../ours/startSpine';
import { bareBatchedInsert } from '../../peers/bareBatchedInsert';
import { benchRow, type BenchRow } from '../../report/benchRow';
import { pushedSensor } from './busSpine';

const CALLERS = 16;
const BATCH = 500;
/** Events that are decided for one figure. */
const DECIDED = 4_000;
/** As many have to be there for it, since they are decided in batches and looked at from outside. */
const FEWEST = 3 * DECIDED;

/**
 * What an event costs to accept and to decide, with nothing and with very much
 * waiting to be decided. Nothing: it is accepted into an empty log, and decided
 * where only those wait that are decided for the figure.
 */
export async function backlog(
  room: BenchRoom,
  { name }: ChaosBus,
): Promise<BenchRow[]> {
  const many = room.quick ? 50_000 : 1_000_000;
  const folder = `${room.folder}/backlog`;
  // Of another type than what waits: it is decided that nobody asked for it.
  await prepareFolders(folder, {
    sensors: [
      {
        ...pushedSensor,
        spec: {
          ...pushedSensor.spec,
          dependencies: [
            { name: 'other', ingress: 'registry', type: 'io.registry.other' },
          ],
        },
      },
    ],
    applications: 1,
  });
  // Whoever comes first finds everything cold; it is measured and not told.
  await costBehind(room, { name: `${name}_cold`, folder, waiting: 0 });
  const none = await costBehind(room, { name, folder, waiting: 0 });
  const full = await costBehind(room, { name, folder, waiting: many });
  return [
    benchRow({
      what: `${name}, cost per event, backlog of 0`,
      ...{ unit: 'us', ours: none },
    }),
    benchRow({
      what: `${name}, cost per event, backlog of ${many}`,
      ...{ unit: 'us', ours: full },
    }),
  ];
}

/** Microseconds to accept one behind so many, and to decide one before them. */
async function costBehind(
  room: BenchRoom,
  options: { name: string; folder: string; waiting: number },
): Promise<number> {
  const { name, folder, waiting } = options;
  const database = await room.openDatabase(`${name}_backlog_${waiting}`);
  const { knex } = database;
  const { insert, close } = await bareBatchedInsert(database, BATCH);
  for (let n = 0; n < waiting; n += BATCH) await insert();
  const accept = await acceptCost(database, room.quick ? 1_000 : 5_000);
  for (let n = waiting; n < FEWEST; n += BATCH) await insert();
  await close();
  // It is opened again; one process at a time, on SQLite.
  await database.close();
  const { service } = await startSpine({ knex, folder });
  const decide = await decideCost(knex);
  await service.stop();
  room.log(
    `  ${name}, ${waiting} waiting: ${accept.toFixed(0)} us to accept, ${decide.toFixed(0)} us to decide`,
  );
  return accept + decide;
}

async function acceptCost(
  database: Parameters<typeof acceptInProcess>[0],
  ms: number,
): Promise<number> {
  const acceptor = acceptInProcess(database);
  let next = 0;
  const rate = await perSecond({
    ...{ callers: CALLERS, ms },
    work: async () => {
      const event = { ...sampleEvent(next++), source: '/registry/behind' };
      await acceptor.accept({ events: [event], credentials: samplePrincipal });
      return 1;
    },
  });
  return 1_000_000 / rate;
}

async function decideCost(knex: Knex): Promise<number> {
  // The first batch waits for what a start does.
  let first = 0;
  while (first === 0) {
    first = await decidedCount(knex);
    await pause(2);
  }
  const from = performance.now();
  let last = first;
  while (last < first + DECIDED) {
    await pause(2);
    last = await decidedCount(knex);
  }
  return ((performance.now() - from) * 1_000) / (last - first);
}

/** The number of the event that was decided last; they have numbers without gaps here. */
async function decidedCount(knex: Knex): Promise<number> {
  const row = await knex('positions')
    .where({ partition: 'registry/0' })
    .first('position');
  if (!row?.position) return 0;
  const position = JSON.parse(row.position);
  return Number((position.reached ?? position).seq);
}
