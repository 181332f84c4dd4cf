import type { Decision, Recall, StateKind, Timer } from '../decision';

/** A timer of one sensor. @public */
export type SensorTimer = Timer & { sensor: string };

/** What a sensor remembers under a name; undefined when it forgot. @public */
export interface Remembered {
  sensor: string;
  kind: StateKind;
  key: string;
  value: unknown;
}

/**
 * What sensors remember in the course of a simulation; the engine keeps it in
 * the database.
 *
 * @public
 */
export class SimulatedMemory {
  private readonly values = new Map<string, unknown>();
  private readonly timers = new Map<string, SensorTimer>();
  private readonly changed = new Map<string, Remembered>();

  /** Goes on where another one ended. */
  constructor(before: { values?: Remembered[]; timers?: SensorTimer[] } = {}) {
    for (const { sensor, kind, key, value } of before.values ?? []) {
      this.values.set(textOf(sensor, kind, key), value);
    }
    for (const timer of before.timers ?? []) {
      this.timers.set(textOf(timer.sensor, timer.kind, timer.key), timer);
    }
  }

  of(sensor: string): Recall {
    return ({ kind, key }) => this.values.get(textOf(sensor, kind, key));
  }

  take(
    sensor: string,
    { stateWrites, timers }: Pick<Decision, 'stateWrites' | 'timers'>,
  ): void {
    for (const { kind, key, value } of stateWrites) {
      const text = textOf(sensor, kind, key);
      if (value === undefined) this.values.delete(text);
      else this.values.set(text, value);
      this.changed.set(text, { sensor, kind, key, value });
    }
    for (const timer of timers) {
      const text = textOf(sensor, timer.kind, timer.key);
      this.timers.set(text, { ...timer, sensor });
    }
  }

  /** Takes away the earliest timer that is due by then. */
  takeDue(until: number): SensorTimer | undefined {
    let next: SensorTimer | undefined;
    for (const timer of this.timers.values()) {
      const due = timer.dueAt <= until;
      if (due && (!next || timer.dueAt < next.dueAt)) next = timer;
    }
    if (next) this.timers.delete(textOf(next.sensor, next.kind, next.key));
    return next;
  }

  /** What was remembered or forgotten since it began. */
  changes(): Remembered[] {
    return [...this.changed.values()];
  }

  /** Timers that have not fired. */
  pending(): SensorTimer[] {
    return [...this.timers.values()];
  }
}

function textOf(sensor: string, kind: string, key: string): string {
  return JSON.stringify([sensor, kind, key]);
}
