import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  EventsLost,
  type PullSource,
  type SourceBegin,
  type SourcePartition,
} from '@gitops-events/plugin-gitops-events-node';
import { stopIntake } from '../../bus/intake/stopIntake';
import { IntakeMoved } from '../../bus/intake/takeIn';
import { whileHeld } from '../../bus/intake/whileHeld';
import type { Nudges } from '../../nudges';
import { startLoop, type Loop } from '../../pipeline/loop';
import { addAwaited, readAwaited } from '../../store/awaitedTopics';
import type { Intake } from '../../store/intakes';
import {
  addSourceIntakes,
  keyOf,
  readSourceIntakes,
  tellTrouble,
} from '../../store/sourceIntakes';
import { internalFailure } from '../../shownFailure';
import { groupBy } from '../../timeline/groupBy';
import type { MapGate } from './MapGate';
import type { SourceConfig } from './readSources';
import { takeMessages, type TakingOptions } from './takeMessages';
import { Trouble } from './Trouble';

const POLL_MS = 1_000;
const LOOK_MS = 5_000;
/** The clock of whoever writes may be so much behind that of our database. */
const CLOCKS_MS = 60_000;

/** A source of the configuration, made by the module that brings its kind. */
export interface OpenSource {
  config: SourceConfig;
  source: PullSource;
  /** Why not all of it can be read, as this replica was told last. */
  trouble?: string;
  /** Its partitions take turns in it. */
  gate: MapGate;
}

export interface SourceLoopOptions extends TakingOptions {
  nudges: Nudges;
  /** Names this process in leases. */
  replica: string;
  logger: LoggerService;
  /** Milliseconds that a partition stays taken without a sign of its reader; see `whileHeld`. */
  leaseMs?: number;
}

/**
 * Reads a source: one reader a partition, on whichever replica has its lease.
 * Where it begins is stored before anything is read, so that a crash before the
 * first message moves nothing.
 */
export function startSource(
  options: SourceLoopOptions,
  open: OpenSource,
): Loop {
  const { nudges, logger } = options;
  const { source, config } = open;
  const readers = new Map<string, Loop>();
  const loop = startLoop({
    name: `source ${config.name}`,
    pollMs: LOOK_MS,
    logger,
    turn: async signal => {
      const told = await source.partitions();
      const { found } = told;
      const begin = await beginAll(options, open, told);
      const trouble = told.trouble ?? begin;
      if (trouble !== open.trouble && trouble) {
        logger.warn(`The event source ${config.name}: ${trouble}`);
      }
      open.trouble = trouble;
      for (const { partition } of found) {
        if (!readers.has(partition) && !signal.aborted) {
          readers.set(partition, startReader(options, open, partition));
        }
      }
      return trouble ? POLL_MS : false;
    },
  });
  const nudge = () => {
    for (const reader of readers.values()) reader.nudge();
  };
  const stopListening = nudges.on('sources', nudge);
  return {
    nudge,
    stop: async () => {
      stopListening();
      await loop.stop();
      await Promise.all([...readers.values()].map(reader => reader.stop()));
      await source.stop();
    },
  };
}

/**
 * A topic that was never read begins as configured, all of it at once; what
 * comes to one that was, at its oldest. With the latest, one that was not there
 * when it was looked for begins with what was written since then.
 *
 * @returns why it cannot begin everywhere
 */
async function beginAll(
  { knex, logger }: Pick<SourceLoopOptions, 'knex' | 'logger'>,
  { source, config }: OpenSource,
  { found, missing = [] }: { found: SourcePartition[]; missing?: string[] },
): Promise<string | undefined> {
  const awaited = await readAwaited(knex, config.name);
  const known = await readSourceIntakes(knex, config.name);
  const isKnown = new Set(known.map(({ partition }) => partition));
  const topics = new Set(known.map(({ topic }) => topic));
  const isNews = (topic: string) => !topics.has(topic) && !awaited.has(topic);
  await addAwaited(knex, config.name, missing.filter(isNews));
  const beginOf = (topic: string): SourceBegin => {
    if (config.start === 'earliest' || topics.has(topic)) return 'oldest';
    if (!awaited.has(topic)) return 'newest';
    const at = awaited.get(topic);
    return at === undefined ? 'oldest' : { since: at - CLOCKS_MS };
  };
  const added = found.filter(({ partition }) => !isKnown.has(partition));
  let trouble: string | undefined;
  for (const [topic, some] of groupBy(added, one => one.topic)) {
    const from = beginOf(topic);
    try {
      const begun = await Promise.all(
        some.map(async ({ partition }) => {
          const position = await source.position(partition, from);
          return { topic, partition, position };
        }),
      );
      await addSourceIntakes(knex, config.name, begun);
      if (typeof from === 'object') {
        const since = new Date(from.since).toISOString();
        logger.info(
          `The event source ${config.name} begins ${topic} with what was written since ${since}: it was looked for in vain then.`,
        );
      }
    } catch (error) {
      logger.warn(`The event source ${config.name}, ${topic}: ${error}`);
      trouble = `It is not known yet where ${topic} begins. It is asked again.`;
    }
  }
  return trouble;
}

function startReader(
  options: SourceLoopOptions,
  open: OpenSource,
  partition: string,
): Loop {
  const { knex, replica, logger } = options;
  const key = keyOf(open.config.name, partition);
  const trouble = new Trouble(told => tellTrouble(knex, key, told));
  return startLoop({
    name: `source ${key}`,
    pollMs: POLL_MS,
    logger,
    turn: async signal => {
      const isHeld = await whileHeld({
        ...{ knex, table: 'source_intakes', partition: key, signal, logger },
        ...{ holder: replica, forMs: options.leaseMs },
        check: async () => {
          await trouble.tell();
          return true;
        },
        work: async (held, until) => {
          // What the reader before was told of is not known to this one.
          trouble.begin();
          try {
            await read(options, open, partition, held, trouble, until);
          } finally {
            // What cannot be told now is told by the next one.
            await trouble.tell().catch(() => {});
          }
        },
      });
      // Who has it now tells how it goes.
      if (!isHeld) trouble.set('failing', undefined);
      return false;
    },
  });
}

/** Reads one partition until the signal aborts, it is stopped, or somebody else moved it. */
async function read(
  options: SourceLoopOptions,
  { source, config, gate }: OpenSource,
  partition: string,
  held: Intake,
  trouble: Trouble,
  signal: AbortSignal,
): Promise<void> {
  const { knex, logger } = options;
  const { headerStyle } = source;
  let intake = held;
  try {
    await source.start({
      ...{ partition, position: held.position!, signal },
      trouble: message => trouble.set('reading', message),
      emit: async batch => {
        intake = await takeMessages(
          options,
          { config, headerStyle, gate },
          intake,
          batch,
          { signal, trouble: message => trouble.set('taking', message) },
        );
        trouble.set('failing', undefined);
        // What of it was refused waits for a person.
        if (batch.messages.length > 0) options.nudges.send('timeline');
      },
    });
    trouble.set('failing', undefined);
  } catch (error) {
    if (signal.aborted || error instanceof IntakeMoved) return;
    if (!(error instanceof EventsLost)) {
      trouble.set('failing', internalFailure(`source ${intake.partition}`));
      throw error;
    }
    logger.error(`${intake.partition} stops: ${error.message}`);
    await stopIntake(knex, intake, error.message, 'source_intakes');
  }
}
