import type { LoggerService } from '@backstage/backend-plugin-api';
import { maskSecrets } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type {
  RepositoryReader,
  SyncObservation,
  SyncTracker,
} from '@gitops-events/plugin-gitops-events-node';
import type { Nudges } from '../nudges';
import { startLoop, type Loop } from '../pipeline/loop';
import { presentTime } from '../presentTime';
import {
  openSyncs,
  updateSync,
  type ChangeSync,
  type OpenSync,
} from '../store/changeSyncs';
import type { CommitQueue } from '../store/commitQueue';
import { wakeTopic } from '../store/wakeRuns';
import { appendTimeline, type TimelineRow } from '../timeline/append';
import { groupBy } from '../timeline/groupBy';
import { judgeSync } from './judgeSync';
import { requestSyncs, requestText } from './requestSyncs';

const POLL_MS = 1_000;

/** Follows merged commits to their applications: asks for a sync, observes, and wakes the runs when it is over. */
export function startSyncLoop(options: {
  knex: Knex;
  commits: CommitQueue;
  trackers: SyncTracker[];
  readerOf(repository: string): RepositoryReader | undefined;
  nudges: Nudges;
  logger: LoggerService;
}): Loop {
  const { knex, trackers, nudges, logger } = options;
  /** No more than what is open. */
  const asked = new Set<string>();
  const watching = new AbortController();

  const loop = startLoop({
    name: 'sync',
    logger,
    pollMs: POLL_MS,
    turn: async signal => {
      const open = new Set<string>();
      for await (const syncs of openSyncs(knex)) {
        await look(options, syncs, asked);
        for (const sync of syncs) open.add(requestText(sync));
        if (signal.aborted) return false;
      }
      for (const key of asked) if (!open.has(key)) asked.delete(key);
      return false;
    },
  });
  for (const tracker of trackers) tracker.watch(loop.nudge, watching.signal);
  const off = nudges.on('syncs', loop.nudge);

  return {
    nudge: loop.nudge,
    stop: async () => {
      off();
      watching.abort();
      await loop.stop();
    },
  };
}

async function look(
  options: Parameters<typeof startSyncLoop>[0],
  syncs: OpenSync[],
  asked: Set<string>,
): Promise<void> {
  for (const [name, its] of groupBy(syncs, ({ tracker }) => tracker)) {
    const tracker = options.trackers.find(one => one.name === name);
    const standing = tracker
      ? await requestSyncs(options, tracker, its, asked)
      : its;
    const seen = await seenBy(tracker, standing, options.logger);
    if (seen) await judge(options, standing, seen);
  }
}

/** What a controller says of a manifest may repeat what stands in it. */
function shown({ message, ...seen }: SyncObservation): SyncObservation {
  return message === undefined
    ? seen
    : { ...seen, message: String(maskSecrets(message)) };
}

type Seen = ReadonlyMap<string, SyncObservation>;

/** By application; undefined when the tracker does not answer, which stops no other. */
async function seenBy(
  tracker: SyncTracker | undefined,
  syncs: OpenSync[],
  logger: LoggerService,
): Promise<Seen | undefined> {
  // A tracker that is not installed any more has no applications.
  if (!tracker) return new Map();
  const applications = [
    ...new Set(syncs.map(({ application }) => application)),
  ];
  try {
    const seen = await tracker.observe(applications);
    return new Map(seen.map(one => [one.application, shown(one)]));
  } catch (error) {
    logger.warn(`${tracker.name} cannot be observed: ${error}`);
    return undefined;
  }
}

async function judge(
  options: Parameters<typeof startSyncLoop>[0],
  syncs: OpenSync[],
  seen: Seen,
): Promise<void> {
  for (const sync of syncs) {
    const observation = seen.get(sync.application);
    const judged = judgeSync({
      sync,
      observation,
      contained: await isContained(options, sync, observation),
      now: presentTime(),
    });
    const isNews =
      judged.state !== sync.state ||
      judged.message !== sync.message ||
      judged.stuck !== sync.stuck;
    if (isNews) {
      await record(options, { ...sync, ...judged }, sync, observation);
    }
  }
}

/** Where the repository does not say, it is not so yet; the deadline ends that. */
async function isContained(
  { readerOf, logger }: Parameters<typeof startSyncLoop>[0],
  { repository, commit }: OpenSync,
  observation: SyncObservation | undefined,
): Promise<boolean> {
  const revision = observation?.revision;
  if (revision === undefined || revision === commit) return Boolean(revision);
  const reader = readerOf(repository);
  if (!reader) return false;
  try {
    return await reader.contains(repository, revision, commit);
  } catch (error) {
    logger.warn(`${repository} does not say what it contains: ${error}`);
    return false;
  }
}

async function record(
  { commits, nudges }: Parameters<typeof startSyncLoop>[0],
  sync: ChangeSync,
  before: ChangeSync,
  observation: SyncObservation | undefined,
): Promise<void> {
  const over = sync.state === 'healthy' || sync.state === 'failed';
  const now = presentTime();
  await commits.run(async tx => {
    const written = await updateSync(tx, {
      ...sync,
      ...(over && { endedAt: now }),
    });
    if (!written) return [];
    if (sync.state !== before.state || sync.message !== before.message) {
      await appendTimeline(tx, linesOf(sync, before.state, observation, now));
    }
    if (!over) return [];
    await wakeTopic(tx, `sync:${sync.changeId}`, now);
    return [
      {
        what: 'sync',
        change: sync.changeId,
        application: sync.application,
        outcome: sync.state,
      },
    ];
  });
  // What waits to change the same looks again: it is over, or gets stuck.
  nudges.send('timeline', 'effects', ...(over ? (['runs'] as const) : []));
}

function linesOf(
  sync: ChangeSync,
  before: ChangeSync['state'],
  observation: SyncObservation | undefined,
  now: number,
): TimelineRow[] {
  const line = (kind: TimelineRow['kind']): TimelineRow => ({
    kind,
    changeId: sync.changeId,
    data: {
      tracker: sync.tracker,
      application: sync.application,
      message: sync.message,
      url: sync.url,
      revision: observation?.revision ?? sync.commit,
    },
    at: now,
  });
  const started =
    before === 'waiting' && sync.state !== 'waiting'
      ? [line('syncStarted')]
      : [];
  switch (sync.state) {
    case 'healthy':
      return [...started, line('syncHealthy')];
    case 'failed':
      return [...started, line('syncFailed')];
    case 'syncing':
      return started.length > 0 ? started : [line('syncProgress')];
    default:
      return [];
  }
}
