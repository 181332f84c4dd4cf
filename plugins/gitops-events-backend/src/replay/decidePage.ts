import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import {
  Simulation,
  type Evaluation,
  type Firing,
  type Said,
  type Sensor,
  type SimulatedMemory,
} from '@gitops-events/plugin-gitops-events-sensors';

/** The last word of a page on an event. */
export interface PageSaid {
  outcome: Said['outcome'];
  reason: Reason;
  firing?: Firing;
}

/**
 * Decides the events of a page, with the clock of when they were accepted and
 * a memory that holds all they may ask for. Pure, but for that memory.
 *
 * @param until - accepted time that passes after the last of them
 * @returns by uid, of earlier events too: those that waited
 */
export function decidePage(what: {
  sensor: Sensor;
  events: Array<{ event: StoredEvent; evaluation: Evaluation }>;
  memory: SimulatedMemory;
  until: number;
}): Map<string, PageSaid> {
  const said = new Map<string, PageSaid>();
  const simulation = new Simulation({
    sensors: [what.sensor],
    memory: what.memory,
    decided(_, { said: all, firings }) {
      for (const { eventUid, outcome, reason, firing } of all) {
        said.set(eventUid, {
          outcome,
          reason,
          firing: firing === undefined ? undefined : firings[firing],
        });
      }
    },
  });
  for (const { event, evaluation } of what.events) {
    simulation.pass(event.acceptedAt);
    simulation.arrive(what.sensor, {
      event,
      evaluation,
      now: event.acceptedAt,
    });
  }
  simulation.pass(what.until);
  return said;
}
