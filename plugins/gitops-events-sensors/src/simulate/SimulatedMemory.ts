import type { Decision, Recall, Timer } from '../decision';

/** A timer of one sensor. */
export type SensorTimer = Timer & { sensor: string };

/** What sensors remember in the course of a simulation; the engine keeps it in the database. */
export class SimulatedMemory {
  private readonly values = new Map<string, unknown>();
  private readonly timers = new Map<string, SensorTimer>();

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
}

function textOf(sensor: string, kind: string, key: string): string {
  return JSON.stringify([sensor, kind, key]);
}
