import type { Reason } from '@gitops-events/plugin-gitops-events-common';

/** What a sensor remembers: keys that fired, events that wait, when a limit was last used. @public */
export type StateKind = 'dedupe' | 'window' | 'rate';

/** Names one thing that a sensor remembers. @public */
export interface StateRef {
  kind: StateKind;
  key: string;
}

/** What is remembered under a name; undefined when there is nothing. @public */
export type Recall = (ref: StateRef) => unknown;

/** A row of a sensor's state to write; without `value` it is deleted. @public */
export interface StateWrite extends StateRef {
  value: unknown;
}

/** Fires once, when all that was accepted before `dueAt` is decided; replaces one of the same kind and key. @public */
export interface Timer extends StateRef {
  dueAt: number;
}

/** One run to make. @public */
export interface Firing {
  /** In the order they came. */
  events: Array<{ uid: string; dependency: string; dedupeKey?: string }>;
  /** Accepted time at which it fires, milliseconds since the epoch; a window may close long after its last event. */
  at: number;
  /** Of the window that fired. */
  windowKey?: string;
  /** Why a person has to look first. */
  held?: Reason;
  /** It must not begin earlier. */
  delayed?: { until: number; reason: Reason };
}

/** What is now said to an event; what was said before, that it waits, is over. @public */
export interface Said {
  eventUid: string;
  outcome: 'fired' | 'notMatched' | 'suppressed' | 'held' | 'waiting';
  reason: Reason;
  /** Its firing, by its place in `firings`. */
  firing?: number;
}

/** All that comes of an event, or of a timer. @public */
export interface Decision {
  said: Said[];
  firings: Firing[];
  stateWrites: StateWrite[];
  timers: Timer[];
  /** Keys that are remembered now and were not before, less those forgotten. */
  growth: number;
}

/** A decision in the making: what it wrote, it remembers. */
export class Draft {
  private readonly writes = new Map<string, StateWrite>();
  private readonly timers = new Map<string, Timer>();
  private readonly said: Said[] = [];
  private readonly firings: Firing[] = [];

  constructor(private readonly before: Recall) {}

  recall<T>(ref: StateRef): T | undefined {
    const written = this.writes.get(textOf(ref));
    return (written ? written.value : this.before(ref)) as T | undefined;
  }

  remember(ref: StateRef, value: unknown): void {
    const { kind, key } = ref;
    this.writes.set(textOf(ref), { kind, key, value });
  }

  wake({ kind, key }: StateRef, dueAt: number): void {
    this.timers.set(textOf({ kind, key }), { kind, key, dueAt });
  }

  say(eventUid: string, outcome: Said['outcome'], reason: Reason): this {
    this.said.push({ eventUid, outcome, reason });
    return this;
  }

  /** Makes a run and tells each of its events. */
  fire(firing: Firing, reason: Reason): this {
    const place = this.firings.push(firing) - 1;
    for (const { uid: eventUid } of firing.events) {
      const outcome = firing.held ? 'held' : 'fired';
      this.said.push({ eventUid, outcome, reason, firing: place });
    }
    return this;
  }

  done(): Decision {
    return {
      said: this.said,
      firings: this.firings,
      stateWrites: [...this.writes.values()],
      timers: [...this.timers.values()],
      growth: this.growth(),
    };
  }

  private growth(): number {
    const there = (value: unknown) => (value === undefined ? 0 : 1);
    return [...this.writes.values()].reduce(
      (sum, write) => sum + there(write.value) - there(this.before(write)),
      0,
    );
  }
}

function textOf({ kind, key }: StateRef): string {
  return `${kind} ${key}`;
}
