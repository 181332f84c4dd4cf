import type {
  LoggerService,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import {
  whyUnreadable,
  type ActionSchema,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { GitopsEventsConfig } from '../config';
import type { Nudges } from '../nudges';
import { startLoop, type Loop } from '../pipeline/loop';
import { presentTime } from '../presentTime';
import { bumpGeneration, lockActiveSet, sensorsMark } from '../store/activeSet';
import type { WhyUnreadable } from '../store/newerRevisions';
import {
  insertRevision,
  readSensorRows,
  writeSensorRow,
} from '../store/sensorRows';
import { ParsedFiles } from './parsedFiles';
import { planSensors, type SensorWrite } from './planSensors';
import { prefixOf, readLocations, type ReadLocation } from './readLocations';
import { readSensors, type FoundSensor } from './readSensors';
import { refuseTooLong } from './refuseTooLong';
import type { UnreadableLocations } from './unreadableLocations';
import { inTransaction } from '../store/inTransaction';

export interface LoaderOptions {
  knex: Knex;
  config: Pick<
    GitopsEventsConfig,
    'sensors' | 'boundaries' | 'secrets' | 'retention'
  >;
  urlReader: Pick<UrlReaderService, 'readUrl' | 'readTree'>;
  parsed: ParsedFiles;
  unreadable: UnreadableLocations;
  nudges: Nudges;
  whyUnreadable?: WhyUnreadable;
  logger: LoggerService;
}

/**
 * Reads the sensors now and then and at each nudge of the returned loop.
 * Replicas may all do so: one at a time writes, and what is the same already
 * is not written again.
 */
export function startLoader(
  options: Omit<LoaderOptions, 'parsed'> & {
    /** What steps may use. */
    actions: readonly ActionSchema[];
  },
): Loop {
  const { actions, config, logger } = options;
  const parsed = new ParsedFiles(() => ({
    actions,
    boundaries: config.boundaries,
    secrets: config.secrets?.names ?? [],
  }));
  const loop = startLoop({
    name: 'load sensors',
    pollMs: config.sensors.refreshSeconds * 1000,
    logger,
    turn: async () => {
      await loadSensors({ ...options, parsed });
      return false;
    },
  });
  const off = options.nudges.on('locations', loop.nudge);
  return {
    nudge: loop.nudge,
    stop: () => {
      off();
      return loop.stop();
    },
  };
}

/**
 * Reads all locations and makes what they hold the active set; see {@link UnreadableLocations} for the first time.
 * Reading takes long, so it is done before the lock; what was read before
 * somebody else wrote may be older than what they read, and is read again.
 */
export async function loadSensors(options: LoaderOptions): Promise<void> {
  const { knex, config, urlReader, parsed, unreadable, nudges, logger } =
    options;
  for (;;) {
    const mark = await sensorsMark(knex);
    const read = await readLocations(config.sensors.locations, urlReader);
    const files = read.flatMap(each => ('files' in each ? each.files : []));
    const found = readSensors(parsed.parse(files)).map(sensor =>
      refuseTooLong(sensor, config.retention),
    );
    const written = await inTransaction(knex, tx =>
      write(tx, options, { mark, read, found }),
    );
    if (written === 'outdated') continue;
    tellReading(unreadable.news(), logger);
    tellRefusals(written.writes, logger);
    if (written.changed) nudges.send('sensors');
    return;
  }
}

async function write(
  tx: Knex,
  {
    config: { boundaries },
    unreadable,
    whyUnreadable: why = whyUnreadable,
  }: LoaderOptions,
  reading: { mark: string; read: ReadLocation[]; found: FoundSensor[] },
): Promise<{ writes: SensorWrite[]; changed: boolean } | 'outdated'> {
  const { mark, read, found } = reading;
  // Held to the end, so that another replica plans on what this one wrote.
  const generation = await lockActiveSet(tx);
  if ((await sensorsMark(tx)) !== mark) return 'outdated';
  unreadable.note(read, presentTime());
  const isFirst = generation === 0;
  if (unreadable.holdBack(isFirst)) return { writes: [], changed: false };
  const { writes, activeSetChanges } = planSensors({
    found,
    rows: await readSensorRows(tx),
    boundaries,
    wasRead: unlessFailed(read),
    canRead: ({ format, definition }) => why(format, definition) === undefined,
  });
  for (const one of writes) await apply(tx, one);
  if (activeSetChanges || isFirst) await bumpGeneration(tx, generation);
  return { writes, changed: writes.length > 0 || isFirst };
}

async function apply(tx: Knex, { row, revision }: SensorWrite): Promise<void> {
  const now = presentTime();
  if (revision) {
    await insertRevision(tx, {
      sensor: row.name,
      revision: row.active!.revision,
      ...revision,
      now,
    });
  }
  await writeSensorRow(tx, row, now);
}

/** A sensor of a location that cannot be read now is not gone. */
function unlessFailed(read: ReadLocation[]): (location: string) => boolean {
  const failed = read.flatMap(each =>
    'error' in each ? prefixOf(each.location) : [],
  );
  return location => !failed.some(prefix => location.startsWith(prefix));
}

function tellReading(
  { failed, back }: ReturnType<UnreadableLocations['news']>,
  logger: LoggerService,
): void {
  for (const { location, message, error } of failed) {
    logger.warn(`Sensors of ${location} cannot be read. ${message}`, error);
  }
  for (const location of back) {
    logger.info(`Sensors of ${location} can be read again.`);
  }
}

function tellRefusals(writes: SensorWrite[], logger: LoggerService): void {
  for (const { row } of writes) {
    const [first] = row.problems.filter(({ severity }) => severity === 'error');
    if (first && row.present) {
      logger.warn(
        `Sensor ${row.name} is refused, see ${row.location}:${first.line}:${first.column}: ${first.message}`,
      );
    }
  }
}
