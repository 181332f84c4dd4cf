import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import type { CompiledSensor } from '../compile';
import { decide, type Decision } from '../decide';
import { bindEvent } from '../eventBinding';
import { evaluate, type Evaluation } from '../evaluate';
import { SimulatedMemory } from './SimulatedMemory';

/** An event as a simulation decides it. @public */
export interface SimulatedEvent {
  event: StoredEvent;
  /** Milliseconds since the epoch; when it was accepted by default. */
  decidedAt?: number;
}

/** What one sensor says to one event of a simulation. @public */
export interface SimulatedDecision {
  /** Place in the list of events. */
  event: number;
  sensor: string;
  outcome: Decision['outcome'];
  reason: Reason;
  evaluation: Evaluation;
}

/** @public */
export interface SimulationOptions {
  sensors: readonly CompiledSensor[];
  /** In the order in which they are decided. */
  events: readonly SimulatedEvent[];
  /** Names of sensors that are paused. */
  paused?: ReadonlySet<string>;
  /**
   * What a sensor's text says to an event, both by their place. Given where
   * expressions are not trusted and run elsewhere, with a deadline.
   */
  evaluation?(sensor: number, event: number): Evaluation;
}

/**
 * Decides events as the engine does, with what sensors remember kept in
 * memory: nothing was remembered before the first, and nothing is left after
 * the last. Pure.
 *
 * @returns one decision an event and sensor, those that do not listen included
 * @public
 */
export function simulate(options: SimulationOptions): SimulatedDecision[] {
  const { sensors, events, paused = new Set() } = options;
  const ask = options.evaluation ?? evaluateHere(options);
  const memory = new SimulatedMemory();
  const decisions: SimulatedDecision[] = [];
  for (const [
    at,
    { event, decidedAt = event.acceptedAt },
  ] of events.entries()) {
    memory.passTimeTo(event.acceptedAt);
    for (const [place, { sensor }] of sensors.entries()) {
      const { name } = sensor.metadata;
      const evaluation = ask(place, at);
      const decision = decide({
        sensor,
        evaluation,
        event,
        mark: memory.mark(name, evaluation),
        paused: paused.has(name),
        now: decidedAt,
      });
      memory.remember(name, decision);
      const { outcome, reason } = decision;
      decisions.push({ event: at, sensor: name, outcome, reason, evaluation });
    }
  }
  return decisions;
}

function evaluateHere({
  sensors,
  events,
}: SimulationOptions): NonNullable<SimulationOptions['evaluation']> {
  const bound = events.map(({ event }) => bindEvent(event));
  return (sensor, event) => evaluate(sensors[sensor], bound[event]);
}
