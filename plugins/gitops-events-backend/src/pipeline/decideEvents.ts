import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import { decide } from '@gitops-events/plugin-gitops-events-sensors';
import type { SensorEvaluation } from '../sandbox';
import type { ActiveSet } from '../store/activeSet';
import type { NewDecision } from '../store/insertDecisions';
import type { NewRun } from '../store/insertRuns';
import type { StateKey } from '../store/sensorState';
import type { TimerRow } from '../store/timers';
import { DecideMemory } from './decideMemory';
import { newRun, type RunConfig } from './newRun';

/** All that deciding a batch asks for; nothing else goes into it. */
export interface DecideEventsInput {
  partition: string;
  /** In the order of the partition. */
  events: StoredEvent[];
  /** What the sensors said to each of them. */
  evaluations: SensorEvaluation[][];
  active: ActiveSet;
  /** What sensors remember, by `stateKeyText`. */
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
  const memory = new DecideMemory(input);
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
