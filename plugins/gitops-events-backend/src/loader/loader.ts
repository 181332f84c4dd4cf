import type {
  LoggerService,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import type { ActionSchema } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { GitopsEventsConfig } from '../config';
import type { Nudges } from '../nudges';
import { startLoop, type Loop } from '../pipeline/loop';
import { bumpGeneration, lockActiveSet } from '../store/activeSet';
import {
  insertRevision,
  readSensorRows,
  writeSensorRow,
} from '../store/sensorRows';
import { planSensors, type SensorWrite } from './planSensors';
import { prefixOf, readLocations, type ReadLocation } from './readLocations';
import { readSensors } from './readSensors';

export interface LoaderOptions {
  knex: Knex;
  config: Pick<GitopsEventsConfig, 'sensors' | 'boundaries'>;
  /** What steps may use; the built-in actions by default. */
  actions?: readonly ActionSchema[];
  urlReader: Pick<UrlReaderService, 'readUrl' | 'readTree'>;
  nudges: Nudges;
  logger: LoggerService;
}

/**
 * Reads the sensors now and then and at each nudge of the returned loop.
 * Replicas may all do so: one at a time writes, and what is the same already
 * is not written again.
 */
export function startLoader(options: LoaderOptions): Loop {
  return startLoop({
    name: 'load sensors',
    pollMs: options.config.sensors.refreshSeconds * 1000,
    logger: options.logger,
    turn: async () => {
      await loadSensors(options);
      return false;
    },
  });
}

/**
 * Reads all locations and makes what they hold the active set. Until that
 * worked for all of them once, events wait: a sensor that was not read yet
 * would never see them.
 */
export async function loadSensors(options: LoaderOptions): Promise<void> {
  const { knex, config, actions, urlReader, nudges, logger } = options;
  const { boundaries } = config;
  const read = await readLocations(config.sensors.locations, urlReader);
  const files = read.flatMap(each => ('files' in each ? each.files : []));
  const found = readSensors(files, { actions, boundaries });
  tellFailures(read, logger);

  const { writes, changed } = await knex.transaction(async tx => {
    // Held to the end, so that another replica plans on what this one wrote.
    const generation = await lockActiveSet(tx);
    const isFirst = generation === 0;
    if (isFirst && read.some(each => 'error' in each)) {
      return { writes: [], changed: false };
    }
    const plan = planSensors({
      found,
      rows: await readSensorRows(tx),
      boundaries,
      wasRead: unlessFailed(read),
    });
    for (const write of plan.writes) await apply(tx, write);
    if (plan.activeSetChanges || isFirst) {
      await bumpGeneration(tx, generation);
    }
    const { writes: written } = plan;
    return { writes: written, changed: written.length > 0 || isFirst };
  });
  tellRefusals(writes, logger);
  if (changed) nudges.send('sensors');
}

async function apply(tx: Knex, { row, revision }: SensorWrite): Promise<void> {
  const now = Date.now();
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

function tellFailures(read: ReadLocation[], logger: LoggerService): void {
  for (const each of read) {
    if ('error' in each) {
      logger.warn(
        `Sensors of ${prefixOf(each.location)} cannot be read, so those read before stay; if there are none, events wait: ${each.error.message}`,
      );
    }
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
