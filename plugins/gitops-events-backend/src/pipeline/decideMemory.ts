import {
  fireTimer,
  type DedupeMark,
  type Decision,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { SensorEvaluation } from '../sandbox';
import { stateKeyText, type StateKey } from '../store/sensorState';
import type { TimerRow } from '../store/timers';

/** What the sensors may ask for while these events are decided. */
export function stateKeysOf(evaluations: SensorEvaluation[][]): StateKey[] {
  return evaluations.flat().flatMap(({ sensor, evaluation }) => {
    const key = dedupeKeyOf(evaluation);
    return key === undefined ? [] : [{ sensor, kind: 'dedupe', key }];
  });
}

function dedupeKeyOf(
  evaluation: SensorEvaluation['evaluation'],
): string | undefined {
  return evaluation.result === 'matched' ? evaluation.dedupeKey : undefined;
}

/** State and timers as they change in the course of a batch. */
export class DecideMemory {
  private readonly values: Map<string, unknown>;
  private readonly touched = new Map<string, StateKey>();
  private readonly due: TimerRow[];
  private readonly set = new Map<string, TimerRow>();

  constructor(
    private readonly input: {
      partition: string;
      evaluations: SensorEvaluation[][];
      /** What sensors remember, by {@link stateKeyText}. */
      state: ReadonlyMap<string, unknown>;
      /** Timers that may fire, earliest first. */
      timers: TimerRow[];
    },
  ) {
    this.values = new Map(input.state);
    this.due = [...input.timers];
    // Rows that were made to be locked go again when nothing is remembered.
    for (const key of [...stateKeysOf(input.evaluations), ...input.timers]) {
      this.touched.set(stateKeyText(key), key);
    }
  }

  mark(
    sensor: string,
    evaluation: SensorEvaluation['evaluation'],
  ): DedupeMark | undefined {
    const key = dedupeKeyOf(evaluation);
    if (key === undefined) return undefined;
    const text = stateKeyText({ sensor, kind: 'dedupe', key });
    return this.values.get(text) as DedupeMark | undefined;
  }

  remember(
    sensor: string,
    { stateWrites, timers }: Pick<Decision, 'stateWrites' | 'timers'>,
  ): void {
    for (const { kind, key, value } of stateWrites) {
      this.values.set(stateKeyText({ sensor, kind, key }), value);
    }
    for (const { kind, key, dueAt } of timers) {
      const { partition } = this.input;
      const timer = { partition, sensor, kind, key, dueAt };
      this.set.set(stateKeyText(timer), timer);
    }
  }

  fireTimersUntil(clock: number): void {
    while (this.due.length > 0 && this.due[0].dueAt <= clock) {
      const timer = this.due.shift()!;
      const mark = this.values.get(stateKeyText(timer)) as
        DedupeMark | undefined;
      const { sensor, key, dueAt } = timer;
      this.remember(sensor, fireTimer({ kind: 'dedupe', key, dueAt }, mark));
    }
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
      timers: [...this.set.values()],
    };
  }
}
