import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import {
  decide,
  stateRefsOf,
  type MemoryRoom,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { SensorEvaluation } from '../sandbox';
import type { ActiveSet } from '../store/activeSet';
import type { StateKey } from '../store/sensorState';
import { Sayings, type Decided } from './decided';
import { DecideMemory } from './decideMemory';
import { newRun, type RunConfig } from './newRun';

/** All that deciding a batch asks for; nothing else goes into it. */
export interface DecideEventsInput {
  /** In the order of the partition. */
  events: StoredEvent[];
  /** What the sensors said to each of them. */
  evaluations: SensorEvaluation[][];
  active: ActiveSet;
  /** What sensors remember, by `stateKeyText`. */
  state: ReadonlyMap<string, unknown>;
  /** Milliseconds since the epoch. */
  now: number;
  config: RunConfig;
  owners: ReadonlyMap<string, string>;
  /** By sensor; those that may remember what they like are missing. */
  room?: ReadonlyMap<string, MemoryRoom>;
}

/** A batch as decided, and by how many keys each sensor remembers more (or fewer). */
export interface DecidedEvents extends Decided {
  growth: ReadonlyMap<string, number>;
}

/** Decides a batch. Pure: the same input always gives the same answer. */
export function decideEvents(input: DecideEventsInput): DecidedEvents {
  const { events, evaluations, active, state, now } = input;
  const memory = new DecideMemory(stateKeysOf(input), state);
  const sayings = new Sayings();
  const growth = new Map<string, number>();
  const sensors = new Map(active.sensors.map(sensor => [sensor.name, sensor]));
  events.forEach((event, index) => {
    for (const { sensor: name, evaluation } of evaluations[index]) {
      const sensor = sensors.get(name)!;
      const decision = decide({
        sensor: sensor.definition,
        evaluation,
        event,
        recall: memory.of(name),
        paused: active.paused.has(name),
        now,
        room: roomLeft(input.room?.get(name), growth.get(name)),
      });
      growth.set(name, (growth.get(name) ?? 0) + decision.growth);
      memory.take(name, decision);
      const match = evaluation.result === 'matched' ? evaluation : undefined;
      const runs = decision.firings.map(firing =>
        newRun({ ...input, firing, sensor, event, told: match?.scope }),
      );
      sayings.take(sensor, decision, runs);
    }
  });
  return {
    decisions: sayings.all(),
    runs: sayings.runs,
    ...memory.written(),
    growth,
  };
}

function roomLeft(
  room: MemoryRoom | undefined,
  growth = 0,
): MemoryRoom | undefined {
  return room && { ...room, left: room.left - growth };
}

/** What the sensors may ask for while these events are decided. */
export function stateKeysOf({
  evaluations,
  active,
}: Pick<DecideEventsInput, 'evaluations' | 'active'>): StateKey[] {
  const sensors = new Map(active.sensors.map(sensor => [sensor.name, sensor]));
  return evaluations.flat().flatMap(({ sensor, evaluation }) =>
    stateRefsOf(sensors.get(sensor)!.definition, evaluation).map(ref => ({
      sensor,
      ...ref,
    })),
  );
}
