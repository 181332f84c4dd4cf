import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import {
  Simulation,
  type Evaluation,
  type Firing,
  type MemoryRoom,
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
 * @param room - keys that it may remember still; what needs more is held, as it is live
 * @returns by uid, of earlier events too: those that waited; and by how many keys it remembers more
 */
export function decidePage(what: {
  sensor: Sensor;
  events: Array<{ event: StoredEvent; evaluation: Evaluation }>;
  memory: SimulatedMemory;
  until: number;
  room: MemoryRoom;
}): { said: Map<string, PageSaid>; growth: number } {
  const { left, limit } = what.room;
  const said = new Map<string, PageSaid>();
  let growth = 0;
  const simulation = new Simulation({
    sensors: [what.sensor],
    memory: what.memory,
    room: () => ({ left: left - growth, limit }),
    decided(_, { said: all, firings, growth: more }) {
      growth += more;
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
  return { said, growth };
}
