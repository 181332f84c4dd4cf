import type {
  Decision,
  Recall,
} from '@gitops-events/plugin-gitops-events-sensors';
import { stateKeyText, type StateKey } from '../store/sensorState';
import type { TimerRow } from '../store/timers';

/** What sensors remember, as it changes in the course of a batch. */
export class DecideMemory {
  private readonly values: Map<string, unknown>;
  private readonly touched: Map<string, StateKey>;
  private readonly timers = new Map<string, TimerRow>();

  /**
   * @param locked - all that may be asked for: rows made only to be locked go again when nothing is remembered
   * @param state - by {@link stateKeyText}
   */
  constructor(locked: StateKey[], state: ReadonlyMap<string, unknown>) {
    this.touched = new Map(locked.map(key => [stateKeyText(key), key]));
    this.values = new Map(state);
  }

  /** What one sensor remembers. */
  of(sensor: string): Recall {
    return ({ kind, key }) => {
      const text = stateKeyText({ sensor, kind, key });
      if (!this.touched.has(text)) {
        throw new Error(`${sensor} asks for ${kind} "${key}", not locked`);
      }
      return this.values.get(text);
    };
  }

  take(
    sensor: string,
    { stateWrites, timers }: Pick<Decision, 'stateWrites' | 'timers'>,
  ): void {
    for (const { kind, key, value } of stateWrites) {
      this.values.set(stateKeyText({ sensor, kind, key }), value);
    }
    for (const { kind, key, dueAt } of timers) {
      const timer = { sensor, kind, key, dueAt };
      this.timers.set(stateKeyText(timer), timer);
    }
  }

  /** Takes away the timers set here that are due by then. */
  takeDue(until: number): TimerRow[] {
    const due = [...this.timers].filter(([, { dueAt }]) => dueAt <= until);
    for (const [text] of due) this.timers.delete(text);
    return due.map(([, timer]) => timer);
  }

  written(): {
    stateWrites: Array<StateKey & { value: unknown }>;
    timers: TimerRow[];
  } {
    return {
      stateWrites: [...this.touched].map(([text, { sensor, kind, key }]) => ({
        sensor,
        kind,
        key,
        value: this.values.get(text),
      })),
      timers: [...this.timers.values()],
    };
  }
}
