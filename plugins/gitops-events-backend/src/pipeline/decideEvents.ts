import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import {
  decide,
  fireTimer,
  type DedupeMark,
  type Decision,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { SensorEvaluation } from '../sandbox';
import type { ActiveSet } from '../store/activeSet';
import type { NewDecision } from '../store/insertDecisions';
import type { NewRun } from '../store/insertRuns';
import { stateKeyText, type StateKey } from '../store/sensorState';
import type { TimerRow } from '../store/timers';
import { newRun, type RunConfig } from './newRun';

/** All that deciding a batch asks for; nothing else goes into it. */
export interface DecideEventsInput {
  partition: string;
  /** In the order of the partition. */
  events: StoredEvent[];
  /** What the sensors said to each of them. */
  evaluations: SensorEvaluation[][];
  active: ActiveSet;
  /** What sensors remember, by {@link stateKeyText}. */
  state: ReadonlyMap<string, unknown>;
  /** Timers that are due before the last event, earliest first. */
  timers: TimerRow[];
  /** Accepted time reached before. */
  clock: number;
  now: number;
  config: RunConfig;
  owners: ReadonlyMap<string, string>;
}

/** What is to be written, in one transaction. */
export interface Decided {
  decisions: NewDecision[];
  runs: NewRun[];
  stateWrites: Array<StateKey & { value: unknown }>;
  timers: TimerRow[];
  clock: number;
}

/** Decides a batch. Pure: the same input always gives the same answer. */
export function decideEvents(input: DecideEventsInput): Decided {
  const memory = new Memory(input);
  const decisions: NewDecision[] = [];
  const runs: NewRun[] = [];
  const sensors = new Map(
    input.active.sensors.map(sensor => [sensor.name, sensor]),
  );
  let { clock } = input;
  input.events.forEach((event, index) => {
    clock = Math.max(clock, event.acceptedAt);
    memory.fireTimersUntil(clock);
    for (const { sensor: name, evaluation } of input.evaluations[index]) {
      const sensor = sensors.get(name)!;
      const decision = decide({
        sensor: sensor.definition,
        evaluation,
        event,
        mark: memory.mark(name, evaluation),
        paused: input.active.paused.has(name),
        now: input.now,
      });
      memory.remember(name, decision);
      const said: NewDecision = {
        eventUid: event.uid,
        sensor: name,
        revision: sensor.revision,
        outcome: decision.outcome,
        reason: decision.reason,
      };
      if (decision.outcome === 'fired' || decision.outcome === 'held') {
        const held = decision.outcome === 'held' ? decision.reason : undefined;
        const run = newRun({ ...input, event, sensor, evaluation, held });
        runs.push(run);
        said.runId = run.id;
        if (run.reason) {
          said.outcome = 'held';
          said.reason = run.reason;
        }
      }
      decisions.push(said);
    }
  });
  memory.fireTimersUntil(clock);
  return { decisions, runs, clock, ...memory.written() };
}

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
class Memory {
  private readonly values: Map<string, unknown>;
  private readonly touched = new Map<string, StateKey>();
  private readonly due: TimerRow[];
  private readonly set = new Map<string, TimerRow>();

  constructor(private readonly input: DecideEventsInput) {
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

  written(): Pick<Decided, 'stateWrites' | 'timers'> {
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
