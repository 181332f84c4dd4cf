import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  BusPosition,
  EventBatch,
  EventBus,
  IncomingEvent,
  PartitionStatus,
  PublishOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import type { Ingress } from '../config';
import type { Nudges } from '../nudges';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crashPoint } from '../pipeline/crashPoint';
import type { Database } from '../store/database';
import type { PlacedEvent } from '../store/insertEvents';
import { partitionBounds, storedPartitions } from '../store/partitions';
import { readPosition } from '../store/positions';
import { systemIdentifier } from '../store/postgres';
import { groupBy } from '../timeline/groupBy';
import { adoptRestored } from './afterRestore';
import { GroupCommit } from './groupCommit';
import { listen } from './listen';
import { partitionFor, partitionsOf } from './partition';
import type { PartitionLog } from './partitionLog';
import { postgresLog } from './postgresLog';
import { publishGroup } from './publish';
import { sqliteLog } from './sqliteLog';

const COMMIT_EVENTS = 500;
const MAX_WAITING_EVENTS = 10_000;
const READ_EVENTS = 200;
const POLL_MS = 500;
const MAX_COUNTED_LAG = 10_000;

/**
 * The event bus on the plugin's own database: the tables of accepted events
 * are its log, a commit is its acknowledgement.
 */
export class EmbeddedBus implements EventBus {
  readonly kind = 'embedded';
  readonly durability: Database['durability'];
  /** One an ingress, so that a storm in one fills only its own queue. */
  private readonly commits = new Map<
    string,
    GroupCommit<PlacedEvent, PublishOutcome>
  >();
  private readonly partitionCounts: Map<string, number>;
  private log: Promise<PartitionLog> | undefined;

  constructor(
    private readonly options: {
      database: Database;
      ingresses: ReadonlyArray<Pick<Ingress, 'name' | 'partitions'>>;
      nudges: Nudges;
      /** Hears why the database refused an event. */
      logger?: Pick<LoggerService, 'warn'>;
      /** How many events of an ingress may wait to be stored. Default 10,000. */
      maxWaitingEvents?: number;
      /** Milliseconds between two looks without a nudge. Default 500. */
      pollMs?: number;
    },
  ) {
    const { database, ingresses } = options;
    this.durability = database.durability;
    this.partitionCounts = new Map(
      ingresses.map(({ name, partitions }) => [name, partitions]),
    );
  }

  async publish(events: IncomingEvent[]): Promise<PublishOutcome[]> {
    await this.openLog();
    const placed = events.map(event => ({
      event,
      partition: partitionFor(
        event,
        this.partitionCounts.get(event.ingress) ?? 1,
      ),
    }));
    const byIngress = groupBy(placed, ({ event }) => event.ingress);
    const outcomes = new Map<PlacedEvent, PublishOutcome>();
    await Promise.all(
      Array.from(byIngress, async ([ingress, group]) => {
        const told = await this.commitsOf(ingress).submit(group);
        group.forEach((one, at) => outcomes.set(one, told[at]));
      }),
    );
    return placed.map(one => outcomes.get(one)!);
  }

  private commitsOf(ingress: string): GroupCommit<PlacedEvent, PublishOutcome> {
    const known = this.commits.get(ingress);
    if (known) return known;
    const commits = new GroupCommit<PlacedEvent, PublishOutcome>({
      write: group => this.commit(group),
      batchSize: COMMIT_EVENTS,
      maxWaiting: this.options.maxWaitingEvents ?? MAX_WAITING_EVENTS,
    });
    this.commits.set(ingress, commits);
    return commits;
  }

  private async commit(group: PlacedEvent[]): Promise<PublishOutcome[]> {
    const { database, nudges, logger } = this.options;
    const outcomes = await publishGroup(database.knex, group, logger);
    crashPoint('accept');
    const partitions = new Set(group.map(({ partition }) => partition));
    for (const each of partitions) nudges.send(`events ${each}`);
    nudges.send('events');
    return outcomes;
  }

  async partitions(): Promise<string[]> {
    const { database, ingresses } = this.options;
    // Before anybody reads a position: one of another cluster would pass over what was restored.
    await this.openLog();
    const stored = await storedPartitions(database.knex);
    return [...new Set([...ingresses.flatMap(partitionsOf), ...stored])].sort();
  }

  async read(options: {
    partition: string;
    from: BusPosition | undefined;
    onBatch(batch: EventBatch): Promise<void>;
    signal: AbortSignal;
  }): Promise<void> {
    const { partition, onBatch, signal } = options;
    const { nudges, pollMs } = this.options;
    const news = listen(nudges, `events ${partition}`);
    let position = options.from;
    try {
      while (!signal.aborted) {
        const log = await this.openLog();
        const found = await log.next({
          partition,
          from: position,
          limit: READ_EVENTS,
        });
        position = found.position;
        if (!found.batch) await news.wait(pollMs ?? POLL_MS, signal);
        else if (!signal.aborted) await onBatch(found.batch);
        // What the batch began goes first; to look again is less urgent.
        if (found.batch) await nextTurn();
      }
    } finally {
      news.stop();
    }
  }

  async status(
    positions: ReadonlyMap<string, BusPosition>,
  ): Promise<PartitionStatus[]> {
    const log = await this.openLog();
    return Promise.all(
      (await this.partitions()).map(async partition => ({
        partition,
        lag: await log.lag({
          partition,
          from: positions.get(partition),
          atMost: MAX_COUNTED_LAG,
        }),
        ...(await partitionBounds(this.options.database.knex, partition)),
      })),
    );
  }

  /** Events of an ingress beyond the positions of its partitions; counting stops at `atMost`. */
  async undecided(ingress: string, atMost: number): Promise<number> {
    const log = await this.openLog();
    let found = 0;
    for await (const place of this.undecidedPlaces(ingress)) {
      found += await log.lag({ ...place, atMost: atMost - found });
      if (found >= atMost) break;
    }
    return found;
  }

  /** As {@link EmbeddedBus.undecided}, by the principal that brought them. */
  async undecidedBy(
    ingress: string,
    atMost: number,
  ): Promise<Map<string, number>> {
    const log = await this.openLog();
    const found = new Map<string, number>();
    let left = atMost;
    for await (const place of this.undecidedPlaces(ingress)) {
      const some = await log.lagBy({ ...place, atMost: left });
      for (const [principal, count] of some) {
        found.set(principal, (found.get(principal) ?? 0) + count);
        left -= count;
      }
      if (left <= 0) break;
    }
    return found;
  }

  /** How far each partition of an ingress is decided. */
  private async *undecidedPlaces(ingress: string) {
    const partitions = this.partitionCounts.get(ingress) ?? 1;
    for (const partition of partitionsOf({ name: ingress, partitions })) {
      const { knex } = this.options.database;
      const { position } = await readPosition(knex, partition);
      yield { partition, from: position };
    }
  }

  /** Everything waits for this: what was restored is made ours before anything is added. */
  private openLog(): Promise<PartitionLog> {
    if (!this.log) {
      const opening = open(this.options.database);
      opening.catch(() => {
        this.log = undefined;
      });
      this.log = opening;
    }
    return this.log;
  }
}

async function open({ kind, knex }: Database): Promise<PartitionLog> {
  if (kind === 'sqlite') return sqliteLog(knex);
  const system = await systemIdentifier(knex);
  await adoptRestored(knex, system);
  return postgresLog(knex, system);
}
