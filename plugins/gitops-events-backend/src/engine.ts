import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type {
  Action,
  ChangeHost,
  EventBroker,
  PolicyCheck,
  SyncTracker,
} from '@gitops-events/plugin-gitops-events-node';
import { gitChange } from './actions/gitChange';
import { gitRevert } from './actions/gitRevert';
import { observeChange } from './actions/observe';
import { syncWait } from './actions/syncWait';
import { createIntakeDecisions } from './bus/intake/intakeDecisions';
import { createBreakerDecisions } from './breaker/resetBreaker';
import { startBreakerLoop } from './breaker/breakerLoop';
import { countApprovals, involvedIn } from './change/approvers';
import { createChangeDecisions } from './change/changeDecisions';
import { startAgreementLoop } from './change/agreementLoop';
import { startChangeLoop } from './change/changeLoop';
import { createFoldEffects } from './change/foldEffects';
import { hostBases } from './change/hostBases';
import { judgeAgain } from './change/judgeAgain';
import { renderAgain } from './change/renderAgain';
import type { SealContext } from './change/sealBase';
import { startSealLoop } from './change/sealLoop';
import type { GitopsEventsConfig } from './config';
import type { Decisions } from './http/decisions';
import { createSensorDecisions } from './loader/pauseSensor';
import type { Nudges } from './nudges';
import { startLaneLoop } from './pipeline/laneLoop';
import type { Loop } from './pipeline/loop';
import type { ReviewHandles } from './permissions/reviewHandles';
import { stepRefusal } from './pipeline/permitted';
import { resolveInput } from './pipeline/resolveInput';
import { resolveRun, tellTarget } from './pipeline/resolveRun';
import { startRunLoop, type RunStarter } from './pipeline/runLoop';
import { createStepRunner } from './pipeline/stepRunner';
import { presentTime } from './presentTime';
import { createReplayDecisions } from './replay/replayDecisions';
import { createRunDecisions } from './quarantine/runDecisions';
import { createRevertDecisions } from './revert/revertDecisions';
import type { Sandbox } from './sandbox';
import { judgedBy } from './policy/judgedBy';
import { frozenMerge } from './schedule/freeze';
import { startOrphanLoop } from './restore/orphanLoop';
import { startFreezeLoop } from './schedule/freezeLoop';
import type { SourceDecisions } from './sources/pull/sourceDecisions';
import { createStopDecisions } from './stop/stopDecisions';
import { createBatchedReads } from './store/batchedReads';
import { CommitQueue } from './store/commitQueue';
import type { WhyUnreadable } from './store/newerRevisions';
import { readEventsByUid } from './store/readEventsByUid';
import { readRestore } from './store/restores';
import { readRuns } from './store/readRuns';
import { createSensorReader } from './store/readSensorRevision';
import { targetsOfMembers } from './store/targetsOfMembers';
import { startSyncLoop } from './sync/syncLoop';

export interface EngineOptions {
  knex: Knex;
  config: GitopsEventsConfig;
  sandbox: Sandbox;
  nudges: Nudges;
  /** Names this process in claims. */
  replica: string;
  logger: LoggerService;
  hosts: ChangeHost[];
  trackers: SyncTracker[];
  checks: PolicyCheck[];
  /** What stands before the log, if anything does. */
  broker?: EventBroker;
  /** Beside the built-in ones. */
  actions: Array<Action<any>>;
  /** Owners of those among these entities that have one. */
  ownersOf(entityRefs: string[]): Promise<ReadonlyMap<string, string>>;
  /** What owners are called at a forge; without it none is asked for a review. */
  reviewHandles?: ReviewHandles;
  whyUnreadable?: WhyUnreadable;
}

/** All behind decide: run, seal, change, sync, and what people decide about them. */
export interface Engine {
  /** But for those about event sources, which stand before it. */
  decisions: Omit<Decisions, keyof SourceDecisions>;
  actions: ReadonlyMap<string, Action<any>>;
  /** Starts every loop; returns what begins runs where they are made. */
  start(): RunStarter;
  stop(): Promise<void>;
}

/** Puts the rooms together. Starts nothing. */
export function createEngine(options: EngineOptions): Engine {
  const { knex, config, sandbox, nudges, replica, logger, hosts, trackers } =
    options;
  const commits = new CommitQueue({ knex, stream: 'runs' });
  const reads = createBatchedReads(knex);
  const people = new CommitQueue({ knex, stream: 'people' });
  const readSensor = createSensorReader(knex, options.whyUnreadable);
  const seal: SealContext = {
    knex,
    commits,
    hosts,
    portalUrl: config.appBaseUrl,
    // What a newer engine asks to be written is rendered by that one.
    readRuns: async ids => {
      const runs = await readRuns(knex, ids);
      for (const { sensor, revision } of runs) {
        await readSensor(sensor, revision);
      }
      return runs;
    },
    readEvents: uids => readEventsByUid(knex, uids),
    foldEffects: (repository, base, known) =>
      createFoldEffects({
        repository,
        base,
        known,
        config,
        checks: options.checks,
        sandbox,
        baseOf: hostBases(hosts),
      }),
  };
  const actions = new Map(
    [
      gitChange({
        knex,
        reads,
        observe: (context, input) => observeChange(seal, context, input),
      }),
      syncWait({ knex, trackers, readStops: () => reads.stops() }),
      ...options.actions,
    ].map((action: Action<any>) => [action.id, action]),
  );
  const revert = gitRevert({ knex, reads });
  const steps = createStepRunner({
    // No sensor may name it, so it is not among those that are told outside.
    actions: new Map([...actions, [revert.id, revert]]),
    readEvent: reads.event,
    readSensor,
    resolveRun: what => resolveRun(options, what),
    resolveInput: what => resolveInput(sandbox, what),
    secrets: config.secrets,
    readStops: () => reads.stops(),
    readRestore: () => readRestore(knex),
    refusal: (run, step, events) => stepRefusal(run, step, events, config),
    logger,
  });

  let loops: Loop[] = [];
  return {
    actions,
    decisions: {
      ...createRunDecisions({ commits: people, nudges }),
      ...createSensorDecisions({ commits: people, nudges }),
      ...createBreakerDecisions({ commits: people, nudges }),
      ...createReplayDecisions({ commits: people, nudges }),
      ...createStopDecisions({ commits: people, nudges }),
      ...createIntakeDecisions({
        commits: people,
        nudges,
        broker: options.broker,
      }),
      ...createRevertDecisions({ ...seal, people, nudges }),
      ...createChangeDecisions({
        commits: people,
        nudges,
        involvedIn,
        countApprovals,
      }),
    },
    start() {
      const runs = startRunLoop({
        knex,
        steps,
        readSensor,
        tellTarget: (run, sensor) =>
          tellTarget({ ...options, readEvent: reads.event }, run, sensor),
        config,
        nudges,
        replica,
        logger,
      });
      loops = [
        runs,
        startLaneLoop({ knex, nudges, logger }),
        startFreezeLoop({ knex, config, nudges, logger }),
        startBreakerLoop({ knex, nudges, logger }),
        startSealLoop({ ...seal, nudges, logger }),
        startAgreementLoop({ ...seal, logger }),
        startChangeLoop({
          knex,
          commits,
          hosts,
          nudges,
          replica,
          ...{ author: config.author, stale: config.stale },
          restMs: config.syncing.waitMs,
          reviewHandles: options.reviewHandles ?? (async () => []),
          logger,
          countApprovals: (change, diffHash) =>
            countApprovals(knex, change, diffHash),
          frozen: async ({ id }) =>
            frozenMerge(
              config.targets,
              await targetsOfMembers(knex, id),
              presentTime(),
            ),
          judgedBy: () => judgedBy(options.checks, config),
          judgeAgain: change => judgeAgain(seal, change),
          renderAgain: (change, conflict) =>
            renderAgain(seal, change, conflict),
        }),
        startOrphanLoop({ knex, people, hosts, nudges, logger }),
        startSyncLoop({
          knex,
          commits,
          trackers,
          readerOf: repository => hosts.find(host => host.serves(repository)),
          nudges,
          logger,
        }),
      ];
      return runs;
    },
    async stop() {
      await Promise.all(loops.map(loop => loop.stop()));
      loops = [];
    },
  };
}
