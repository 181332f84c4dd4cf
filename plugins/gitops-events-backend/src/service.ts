import {
  maskSecrets,
  type Standstill,
} from '@gitops-events/plugin-gitops-events-common';
import { randomUUID } from 'node:crypto';
import type {
  DatabaseService,
  LoggerService,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type {
  EventBroker,
  EventBus,
} from '@gitops-events/plugin-gitops-events-node';
import { startAnchorLoop } from './audit/anchorLoop';
import { AuditRef } from './audit/AuditRef';
import { stopWhereMissing } from './audit/stopWhereMissing';
import { EmbeddedBus } from './bus/embeddedBus';
import { BrokeredBus, type Transport } from './bus/intake/brokeredBus';
import { startIntake, type IntakeLoop } from './bus/intake/intakeLoop';
import type { GitopsEventsConfig } from './config';
import { endInTurn, endTogether } from './endAll';
import { createEngine, type Engine } from './engine';
import type { Extensions } from './extensions';
import { LocalHost } from './git/localHost';
import { startLoader } from './loader/loader';
import { UnreadableLocations } from './loader/unreadableLocations';
import { Nudges } from './nudges';
import type { ReviewHandles } from './permissions/reviewHandles';
import { ActiveSensors } from './pipeline/activeSensors';
import { startDecide } from './pipeline/decide';
import { LiveKeys } from './pipeline/liveKeys';
import type { Loop } from './pipeline/loop';
import { Standstills } from './pipeline/standstills';
import { policyChecks } from './policy/policyChecks';
import { createReplays } from './replay/createReplays';
import { hostBases } from './change/hostBases';
import { refuseShortIdentity } from './retention/refuseShortIdentity';
import { startRetentionLoop } from './retention/retentionLoop';
import { Rehearsals } from './rehearse/Rehearsals';
import { Sandbox } from './sandbox';
import { startTimelineLoop } from './restore/timelineLoop';
import { stopAfterRestore } from './stop/stopAfterRestore';
import { openDatabase, type Database } from './store/database';
import type { WhyUnreadable } from './store/newerRevisions';
import { followClock } from './store/followClock';
import { releaseClaims } from './store/releaseClaims';
import { wakeFrozenChanges } from './store/wakeFrozen';
import { DirectoryTracker } from './sync/directoryTracker';

/** The whole chain, from the bus to applied, without its doors. */
export interface Service {
  database: Database;
  bus: EventBus;
  /** Events of an ingress in the log that wait to be decided. */
  undecided(ingress: string, atMost: number): Promise<number>;
  /** The same, by the principal that brought them. */
  undecidedBy(ingress: string, atMost: number): Promise<Map<string, number>>;
  /** What stands before the log; undefined where events go straight into it. */
  transport?: Transport;
  nudges: Nudges;
  sandbox: Sandbox;
  engine: Engine;
  unreadable: UnreadableLocations;
  standstills(): Standstill[];
  /** Tries sensors out, beside all this. */
  rehearsals: Rehearsals;
  /** Starts every loop; nothing moves before. */
  start(): Promise<void>;
  /** Looks again at what the configuration decides, once it has changed. */
  lookAgain(): Promise<void>;
  /** Ends them in the order of the chain, so that nothing is left half done. */
  stop(): Promise<void>;
}

/** Opens what the chain stands on (database, repositories) and puts it together. */
export async function createService(options: {
  config: GitopsEventsConfig;
  database: DatabaseService;
  urlReader: Pick<UrlReaderService, 'readUrl' | 'readTree'>;
  extensions: Extensions;
  logger: LoggerService;
  /** Owners of those among these entities that have one. */
  ownersOf(entityRefs: string[]): Promise<ReadonlyMap<string, string>>;
  reviewHandles?: ReviewHandles;
  /** What of stored sensors this engine cannot read; by default, what it does not know. */
  whyUnreadable?: WhyUnreadable;
}): Promise<Service> {
  const { config, urlReader, extensions, logger, ownersOf, whyUnreadable } =
    options;
  const replica = randomUUID();
  const database = await openDatabase({
    database: options.database,
    durability: config.durability,
  });
  const { knex } = database;
  await refuseShortIdentity(knex, config.retention);
  // SQLite has one process: whatever is claimed was claimed by one that is gone.
  if (database.kind === 'sqlite') await releaseClaims(knex, undefined);

  const nudges = new Nudges();
  const sandbox = new Sandbox(config.limits);
  const { ingresses } = config;
  const log = new EmbeddedBus({ database, ingresses, nudges, logger });
  const broker = chosenBroker(config, extensions);
  const { relaxed } = config.bus;
  const transport =
    broker && new BrokeredBus({ broker, log, knex, relaxed, logger });
  const bus = transport ?? log;
  const local = await LocalHost.create({
    config: config.local,
    author: config.author,
    logger,
  });
  const directory = new DirectoryTracker({
    applications: config.directory.applications,
    reader: local,
    logger,
  });
  const audit = await AuditRef.open({
    directory: config.audit.repository,
    author: config.author,
  });
  const hosts = [local, ...extensions.hosts];
  const engine = createEngine({
    knex,
    config,
    sandbox,
    nudges,
    replica,
    logger,
    hosts,
    trackers: [directory, ...extensions.trackers],
    checks: policyChecks({
      config,
      evaluateCel: (expression, variables, event) =>
        sandbox.evaluateCel(expression, variables, event),
      more: extensions.checks,
      logger,
    }),
    broker,
    actions: extensions.actions,
    ownersOf,
    reviewHandles: options.reviewHandles,
    whyUnreadable,
  });

  const unreadable = new UnreadableLocations();
  const standstills = new Standstills();
  const sensors = new ActiveSensors({ knex, sandbox, whyUnreadable, logger });
  const rehearsals = new Rehearsals({
    config,
    actions: [...engine.actions.values()],
    checks: extensions.checks,
    logger,
    bases: () => hostBases(hosts),
    view: { mask: maskSecrets as <T>(value: T) => T, fileLength: 65_536 },
    deadlineMs: 20_000,
    mayWait: 5,
  });

  const replays = createReplays({
    knex,
    config,
    actions: [...engine.actions.values()],
    checks: extensions.checks,
    hosts,
    nudges,
    ownersOf,
    standsAside: () => sensors.standsAside(),
    logger,
  });

  // Last of what is opened, so that nothing that fails leaves it connected.
  await transport?.start();

  let deciding: Loop[] = [];
  let anchors: Loop | undefined;
  let timeline: Loop | undefined;
  let clock: Pick<Loop, 'stop'> | undefined;
  let erasing: Loop | undefined;
  let intake: IntakeLoop | undefined;
  let loader: Loop | undefined;
  return {
    database,
    bus,
    undecided: (ingress, atMost) => log.undecided(ingress, atMost),
    undecidedBy: (ingress, atMost) => log.undecidedBy(ingress, atMost),
    transport,
    nudges,
    sandbox,
    engine,
    unreadable,
    standstills: () => [
      ...sensors.standstills(),
      ...standstills.list(),
      ...(intake?.deaf() ?? []),
    ],
    rehearsals,
    async start() {
      // The first event shall not wait for the thread to start.
      await sandbox.evaluateCel('true', {});
      clock = await followClock({ knex, logger });
      await stopAfterRestore(knex, logger);
      timeline = startTimelineLoop({ knex, logger });
      await stopWhereMissing(database, audit, logger);
      const starter = engine.start();
      loader = startLoader({
        knex,
        config,
        actions: [...engine.actions.values()],
        urlReader,
        unreadable,
        nudges,
        whyUnreadable,
        logger,
      });
      deciding = [
        loader,
        startDecide({
          bus,
          standstills,
          knex,
          sandbox,
          sensors,
          liveKeys: new LiveKeys({ knex, limit: config.limits.sensorKeys }),
          config,
          nudges,
          starter,
          ownersOf,
          logger,
        }),
      ];
      intake =
        broker &&
        startIntake({
          ...{ broker, knex, ingresses, nudges, standstills, replica, logger },
        });
      directory.start();
      replays.start();
      erasing = startRetentionLoop({
        knex,
        retention: config.retention,
        logger,
      });
      anchors = startAnchorLoop({
        knex,
        ref: audit,
        config: config.audit,
        logger,
      });
    },
    async lookAgain() {
      loader?.nudge();
      nudges.send('freezes');
      await wakeFrozenChanges(knex);
      nudges.send('changes');
    },
    stop: () =>
      endInTurn([
        () => intake?.stop(),
        () => broker?.stop(),
        () => endTogether(deciding.map(loop => () => loop.stop())),
        () => replays.stop(),
        () => engine.stop(),
        () => directory.stop(),
        () => anchors?.stop(),
        () => timeline?.stop(),
        () => erasing?.stop(),
        () => audit.stop(),
        () => sandbox.stop(),
        () => rehearsals.stop(),
        () => local.stop(),
        () => clock?.stop(),
        () => releaseClaims(knex, replica),
        () => database.close(),
      ]),
  };
}

function chosenBroker(
  { bus: { kind } }: GitopsEventsConfig,
  { buses }: Extensions,
): EventBroker | undefined {
  if (kind === 'embedded') return undefined;
  const chosen = buses.find(bus => bus.kind === kind);
  if (chosen) return chosen;
  const known = ['embedded', ...buses.map(bus => bus.kind)].join(', ');
  throw new InputError(
    `gitopsEvents.bus.kind is "${kind}", and no module brings that bus. Add it to the backend, or use one of ${known}.`,
  );
}
