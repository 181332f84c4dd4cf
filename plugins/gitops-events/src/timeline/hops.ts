import type {
  TimelineEntry,
  TimelineGroup,
  TimelineKind,
} from '@gitops-events/plugin-gitops-events-common';

/** A stretch of an event's time and what it went to. */
export interface Hop {
  name: string;
  ms: number;
  /** Waited for a person: not ours to be fast in. */
  waiting: boolean;
}

/** What others say or do; the event goes on meanwhile. */
const beside = ['comment', 'aboutChange', 'commitNews'] as const;

const hopNames: Record<
  Exclude<TimelineKind, (typeof beside)[number]>,
  string
> = {
  eventReceived: 'Accept',
  decision: 'Decide',
  sensorFired: 'Decide',
  revertAsked: 'Decide',
  changeRendered: 'Render',
  policyJudged: 'Policy',
  waitingForLimit: 'Limit',
  changeCommitted: 'Commit',
  pullRequestOpened: 'Pull request',
  pullRequestReady: 'Pull request',
  waitingForApproval: 'Pull request',
  approved: 'Waiting',
  conflict: 'Merge',
  proposedInstead: 'Pull request',
  merged: 'Merge',
  changeEnded: 'Merge',
  syncStarted: 'Sync',
  syncProgress: 'Sync',
  syncHealthy: 'Sync',
  syncFailed: 'Sync',
  stepSkipped: 'Judge',
  stepFailed: 'Judge',
  retry: 'Retry',
  stopped: 'Judge',
  held: 'Judge',
  released: 'Waiting',
  rootCauseStated: 'Waiting',
  runEnded: 'Finish',
};

/** Lines after which the time is a person's. */
export const waitsForPeople: TimelineKind[] = [
  'waitingForApproval',
  'held',
  'stopped',
];

/** The order hops are shown in: the order an event goes through them. */
const hopOrder = [
  'Accept',
  'Decide',
  'Render',
  'Policy',
  'Commit',
  'Pull request',
  'Waiting',
  'Merge',
  'Sync',
  'Retry',
  'Judge',
  'Finish',
];

/** What came of an event when it came: a replay or a revert begins long after, and is no part of its time. */
export function firstEntries({
  runs,
  entries,
}: Pick<TimelineGroup, 'runs' | 'entries'>): TimelineEntry[] {
  const later = runs.filter(({ generation }) => generation !== 0);
  return entries.filter(({ at }) =>
    later.every(({ createdAt }) => at < createdAt),
  );
}

/**
 * Where the time between the first line and the last went. The time up to a
 * line belongs to the line's hop, except after a line that waits for a
 * person: that time is theirs. What is told beside takes no time of its own.
 */
export function hopsOf(entries: readonly TimelineEntry[]): Hop[] {
  const lines = entries.filter(
    ({ kind }) => !(beside as readonly TimelineKind[]).includes(kind),
  );
  const spent = new Map<string, Hop>();
  for (let index = 1; index < lines.length; index += 1) {
    const before = lines[index - 1];
    const entry = lines[index];
    const waiting = waitsForPeople.includes(before.kind);
    const name = waiting
      ? 'Waiting'
      : hopNames[entry.kind as keyof typeof hopNames];
    const hop = spent.get(name) ?? { name, ms: 0, waiting: name === 'Waiting' };
    hop.ms += Math.max(0, Date.parse(entry.at) - Date.parse(before.at));
    spent.set(name, hop);
  }
  return [...spent.values()]
    .filter(hop => hop.ms > 0)
    .sort((a, b) => hopOrder.indexOf(a.name) - hopOrder.indexOf(b.name));
}
