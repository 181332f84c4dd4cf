import type {
  Reason,
  ReplayDifference,
  ReplayEvents,
  ReplayMode,
  ReplayProgress,
  ReplayState,
  Target,
} from '@gitops-events/plugin-gitops-events-common';
import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { ActiveSensor } from '../sandbox';
import { optionalJson, optionalNumber } from '../store/runRow';

/** Behind which event to go on; events are taken in the order of (acceptedAt, seq). */
export interface ReplayPosition {
  acceptedAt: number;
  seq: number;
  /** Every event was looked at: what is left is what waits. */
  end?: true;
}

/** A row of `replays`, typed. Times in milliseconds since the epoch. */
export interface Replay {
  seq: number;
  id: string;
  sensor: string;
  /** Undefined where a text was given. */
  revision?: number;
  definition: Sensor;
  ownerRef: string;
  events: ReplayEvents;
  startsAt: number;
  countsFrom: number;
  countsTo: number;
  endsAt: number;
  perSecond: number;
  mode: ReplayMode;
  /** Where its runs land instead. */
  target?: Target;
  state: ReplayState;
  position?: ReplayPosition;
  counts: ReplayCounts;
  createdBy: string;
  comment?: string;
  reason?: Reason;
  attempt: number;
  version: number;
  createdAt: number;
  endedAt?: number;
}

/** The progress as it is kept; `compared` bounds what a replay goes through, `keys` what it remembers. */
export type ReplayCounts = ReplayProgress & { compared: number; keys: number };

/** Of a row of findings: `waiting` is not yet known. */
export type Difference = ReplayDifference | 'alike' | 'waiting';

export const noCounts: ReplayCounts = {
  total: 0,
  passed: 0,
  decided: 0,
  fired: 0,
  firesNow: 0,
  noLongerFires: 0,
  other: 0,
  alike: 0,
  waiting: 0,
  uncompared: 0,
  compared: 0,
  keys: 0,
};

export function replayOf(row: Record<string, any>): Replay {
  return {
    seq: Number(row.seq),
    id: row.id,
    sensor: row.sensor,
    revision: row.revision ?? undefined,
    definition: JSON.parse(row.definition),
    ownerRef: row.owner_ref,
    events: JSON.parse(row.events),
    startsAt: Number(row.starts_at),
    countsFrom: Number(row.counts_from),
    countsTo: Number(row.counts_to),
    endsAt: Number(row.ends_at),
    perSecond: row.per_second,
    mode: row.mode,
    target: optionalJson(row.target),
    state: row.state,
    position: optionalJson(row.position),
    counts: { ...noCounts, ...JSON.parse(row.counts) },
    createdBy: row.created_by,
    comment: row.comment ?? undefined,
    reason: optionalJson(row.reason),
    attempt: row.attempt,
    version: Number(row.version),
    createdAt: Number(row.created_at),
    endedAt: optionalNumber(row.ended_at),
  };
}

/** Stands in the effect ids of what it runs for real; 0 is what is live. */
export function generationOf({ mode, seq }: Replay): number {
  return makesRuns({ mode }) ? seq : 0;
}

/** Whether it acts, rather than tells what would be. */
export function makesRuns({ mode }: Pick<Replay, 'mode'>): boolean {
  return mode !== 'dry';
}

/** The rule that it decides with. */
export function ruleOf(replay: Replay): ActiveSensor {
  const { sensor: name, revision = 0, definition } = replay;
  return { name, revision, definition };
}
