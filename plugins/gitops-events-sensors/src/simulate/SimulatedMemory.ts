import {
  fireTimer,
  type DedupeMark,
  type Decision,
  type Timer,
} from '../decide';
import type { Evaluation } from '../evaluate';

type SensorTimer = Timer & { sensor: string };

/** What sensors remember in the course of a simulation; the engine keeps it in the database. */
export class SimulatedMemory {
  private readonly values = new Map<string, DedupeMark>();
  private readonly timers = new Map<string, SensorTimer>();
  private clock = -Infinity;

  mark(sensor: string, evaluation: Evaluation): DedupeMark | undefined {
    return evaluation.result === 'matched' && evaluation.dedupeKey !== undefined
      ? this.values.get(textOf(sensor, 'dedupe', evaluation.dedupeKey))
      : undefined;
  }

  remember(
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

  /** Accepted time, which never goes back. Fires what is due, earliest first. */
  passTimeTo(acceptedAt: number): void {
    this.clock = Math.max(this.clock, acceptedAt);
    for (
      let timer = this.nextDue();
      timer !== undefined;
      timer = this.nextDue()
    ) {
      const { sensor, kind, key } = timer;
      const text = textOf(sensor, kind, key);
      this.timers.delete(text);
      this.remember(sensor, fireTimer(timer, this.values.get(text)));
    }
  }

  private nextDue(): SensorTimer | undefined {
    let next: SensorTimer | undefined;
    for (const timer of this.timers.values()) {
      const due = timer.dueAt <= this.clock;
      if (due && (!next || timer.dueAt < next.dueAt)) next = timer;
    }
    return next;
  }
}

function textOf(sensor: string, kind: string, key: string): string {
  return JSON.stringify([sensor, kind, key]);
}
