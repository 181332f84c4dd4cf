import type {
  Reason,
  RunEnd,
  RunState,
  StepState,
  Target,
} from '@gitops-events/plugin-gitops-events-common';

/** A step as its run keeps it. Times in milliseconds since the epoch. */
export interface StepRecord {
  id: string;
  action: string;
  state: StepState;
  attempts: number;
  /** One of `onFailure`; these are added when the run fails. */
  onFailure?: true;
  reason?: Reason;
  /** When a person released it last, and the code of the reason for which it was held. */
  released?: { code: string; at: number };
  output?: Record<string, unknown>;
  startedAt?: number;
  endedAt?: number;
}

/** What fired, and what that said for the inputs of steps. */
export interface RunScope {
  /**
   * In the order they came; the last one is the run's. The dependency is
   * undefined where an expression failed before it was known.
   */
  events: Array<{
    uid: string;
    dependency?: string;
    /** Of the mark that keeps its repetitions away, where there is one. */
    dedupeKey?: string;
  }>;
  /** Undefined until it is resolved: with a window only the events together tell. */
  params?: Record<string, unknown>;
  context?: Record<string, string>;
  concurrencyKey?: string;
  /** Of a run that takes another one back: which, its title, and who asked for it. */
  revert?: { run: string; title: string; by: string; comment: string };
  /** Of a redirected replay, whose target stands in the run: what the sensor says itself, once it is told. */
  redirected?: { from?: Target };
}

/** A row of `runs`, typed. */
export interface Run {
  seq: number;
  id: string;
  eventUid: string;
  sensor: string;
  revision: number;
  generation: number;
  title: string;
  ownerRef: string;
  entityRef?: string;
  entityOwnerRef?: string;
  target?: Target;
  mode: 'observe' | 'propose' | 'auto';
  scope: RunScope;
  /** Of an observing run, once it is known: base came to hold what it would have written. */
  agreed?: boolean;
  lane?: string;
  state: RunState;
  end?: RunEnd;
  /** Index of the present step. */
  step: number;
  attempt: number;
  /** First claim of the present step, on the database's clock; a release begins anew. */
  stepStartedAt?: number;
  steps: StepRecord[];
  reason?: Reason;
  topic?: string;
  dueAt: number;
  /** Whether it must ask before it begins: breaker, concurrency, schedule. */
  gated: boolean;
  /** 1 high, 0 normal, -1 low. */
  priority: number;
  /** Concurrency key that it takes a place of, once it was let through. */
  slot?: string;
  claimedBy?: string;
  version: number;
  createdAt: number;
  startedAt?: number;
  heldAt?: number;
  endedAt?: number;
}

/** SQL: that a run `r` may be due. */
export const LIVE = "r.state in ('queued', 'waiting', 'running')";

/** SQL: that a run `r` is looked at once it is due; the words of the index on those. */
export const IN_TURN = `${LIVE} and not (r.behind and r.blocks_lane)`;

/** SQL: that the last claim of a run was lost, after at least two others. */
export const SUSPECT = '(r.claimed_by is not null and r.attempt >= 3)';

/**
 * SQL for the first run `e` of the lane of `of` that blocks it, where one does.
 * From that lane on and in the order of both columns, since only one index has
 * that: by `seq` alone, the planner might walk all runs that ever were.
 */
export const firstOfLane = (of: string) => `
  select e.seq from runs e
  where e.blocks_lane and e.lane >= ${of}.lane
  order by e.lane, e.seq limit 1`;

/** SQL: that the lane of a run allows it: no earlier run there still blocks it. */
export const laneAllows = (run: string) =>
  `(not ${run}.blocks_lane or ${run}.seq = (${firstOfLane(run)}))`;

type Row = Record<string, any>;

/** PostgreSQL gives 64-bit integers as text. */
export function optionalNumber(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

export function optionalJson<T>(value: unknown): T | undefined {
  return value === null || value === undefined
    ? undefined
    : (JSON.parse(value as string) as T);
}

/** What `runOf` reads, by name: see `prepared`. */
export const runColumns = [
  ...['seq', 'id', 'event_uid', 'sensor', 'revision', 'generation', 'title'],
  ...['owner_ref', 'entity_ref', 'entity_owner_ref', 'target', 'mode', 'scope'],
  ...['agreed', 'lane', 'state', 'end', 'step', 'attempt', 'step_started_at'],
  ...['steps', 'reason', 'topic', 'due_at', 'gated', 'priority', 'slot'],
  ...['claimed_by', 'version', 'created_at', 'started_at', 'held_at'],
  'ended_at',
]
  .map(name => `"${name}"`)
  .join(', ');

export function runOf(row: Row): Run {
  return {
    seq: Number(row.seq),
    id: row.id,
    eventUid: row.event_uid,
    sensor: row.sensor,
    revision: row.revision,
    generation: row.generation,
    title: row.title,
    ownerRef: row.owner_ref,
    entityRef: row.entity_ref ?? undefined,
    entityOwnerRef: row.entity_owner_ref ?? undefined,
    target: optionalJson<Target>(row.target),
    mode: row.mode,
    scope: scopeOf(row),
    agreed: row.agreed === null ? undefined : Boolean(row.agreed),
    lane: row.lane ?? undefined,
    state: row.state,
    end: row.end ?? undefined,
    step: row.step,
    attempt: row.attempt,
    stepStartedAt: optionalNumber(row.step_started_at),
    steps: JSON.parse(row.steps),
    reason: optionalJson<Reason>(row.reason),
    topic: row.topic ?? undefined,
    dueAt: Number(row.due_at),
    gated: Boolean(row.gated),
    priority: row.priority,
    slot: row.slot ?? undefined,
    claimedBy: row.claimed_by ?? undefined,
    version: Number(row.version),
    createdAt: Number(row.created_at),
    startedAt: optionalNumber(row.started_at),
    heldAt: optionalNumber(row.held_at),
    endedAt: optionalNumber(row.ended_at),
  };
}

/** Rows from before windows name no events: theirs is the run's only one. */
function scopeOf({ scope, event_uid: uid }: Row): RunScope {
  const { events, dependency, dedupeKey, ...told } = JSON.parse(scope ?? '{}');
  return { ...told, events: events ?? [{ uid, dependency, dedupeKey }] };
}
