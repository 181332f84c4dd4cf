import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import type { CompiledSensor } from '../compile';
import type { Decision, Firing } from '../decision';
import { bindEvent } from '../eventBinding';
import { evaluate, type Evaluation } from '../evaluate';
import { SimulatedMemory } from './SimulatedMemory';
import { Simulation } from './Simulation';

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
  outcome: Decision['said'][number]['outcome'];
  reason: Reason;
  evaluation: Evaluation;
  /** The run that it makes; told once, with the last of its events. */
  firing?: Firing;
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
  /** Accepted time that passes after the last event, in milliseconds since the epoch; what waits in a window then says so. */
  until?: number;
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
  const { sensors, events, paused } = options;
  const ask = options.evaluation ?? evaluateHere(options);
  const places = new Map<string, number>();
  const decisions = new Map<string, SimulatedDecision>();
  const simulation = new Simulation({
    sensors: sensors.map(({ sensor }) => sensor),
    memory: new SimulatedMemory(),
    paused,
    decided(sensor, { said: all, firings }) {
      for (const { eventUid, outcome, reason, firing } of all) {
        const said = decisions.get(nameOf(places.get(eventUid)!, sensor))!;
        Object.assign(said, { outcome, reason });
        const run = firing === undefined ? undefined : firings[firing];
        if (run?.events.at(-1)!.uid === eventUid) said.firing = run;
      }
    },
  });
  let clock = -Infinity;
  for (const [at, { event, decidedAt }] of events.entries()) {
    clock = Math.max(clock, event.acceptedAt);
    simulation.pass(clock);
    places.set(event.uid, at);
    for (const [place, { sensor }] of sensors.entries()) {
      const { name } = sensor.metadata;
      const evaluation = ask(place, at);
      // What is said to it is known in a moment; the order of asking stays.
      const said = { event: at, sensor: name, evaluation };
      decisions.set(nameOf(at, name), said as SimulatedDecision);
      const now = decidedAt ?? event.acceptedAt;
      simulation.arrive(sensor, { event, evaluation, now });
    }
  }
  simulation.pass(Math.max(clock, options.until ?? clock));
  return [...decisions.values()];
}

function nameOf(event: number, sensor: string): string {
  return `${event} ${sensor}`;
}

function evaluateHere({
  sensors,
  events,
}: SimulationOptions): NonNullable<SimulationOptions['evaluation']> {
  const bound = events.map(({ event }) => bindEvent(event));
  return (sensor, event) => evaluate(sensors[sensor], bound[event]);
}
