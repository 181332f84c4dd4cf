import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { Evaluation } from '@gitops-events/plugin-gitops-events-sensors';
import type {
  ActiveSensor,
  EvaluateResult,
  EvaluateTask,
  SensorEvaluation,
} from './messages';
import { overrun } from './overrun';
import { compact, portions } from './portions';
import { rested, type RestingSensors } from './RestingSensors';
import type { Death, ThreadLimits } from './Thread';

export interface BatchOptions {
  events: StoredEvent[];
  active: readonly ActiveSensor[];
  resting: RestingSensors;
  limits: ThreadLimits;
  attempt(
    task: EvaluateTask,
  ): Promise<{ result: EvaluateResult } | { death: Death }>;
}

/** Evaluates in messages of a bounded size, and finds the culprit where one dies. */
export async function evaluateBatch(
  options: BatchOptions,
): Promise<SensorEvaluation[][]> {
  const answers: SensorEvaluation[][] = [];
  const compacted = options.events.map(compact);
  for (const portion of portions(compacted, event => [event])) {
    for (let events = portion; events.length > 0;) {
      const told = await evaluatePortion({ ...options, events });
      answers.push(...told);
      events = events.slice(told.length);
    }
  }
  return answers;
}

/** Answers known without the thread: by place of the event, then of the sensor. */
interface Known {
  evaluations: Map<number, Map<number, Evaluation>>;
  /** Events whose payload alone is too much: the same answer for all sensors. */
  unreadable: Map<number, Evaluation>;
  /** Sensors that rest, and from which event on; those before were answered, if only in a message that got lost. */
  resting: Map<number, number>;
}

/**
 * Each death names a suspect: an event, and mostly a sensor. It is asked once
 * more, alone: a second death convicts it, an answer clears it. Where a sensor
 * was asked, its answer is known either way. Where an event alone was read, one
 * that is cleared dies of its company, so it is parted from it; one that has
 * none and dies again is convicted all the same. So each death makes the rest
 * smaller, and this ends.
 *
 * @returns answers to the first events, as far as the time of a turn went
 */
async function evaluatePortion(
  options: BatchOptions,
): Promise<SensorEvaluation[][]> {
  const { active, resting, attempt } = options;
  let { events } = options;
  let diedAlone = 0;
  const known: Known = {
    evaluations: new Map(),
    unreadable: new Map(),
    resting: new Map(Array.from(resting.placesIn(active), place => [place, 0])),
  };
  for (;;) {
    const answer = await attempt(taskOf(events, known));
    if ('result' in answer) return fill(answer.result, known, options);
    const { death } = answer;
    if (death.event >= 0 && death.sensor >= 0) {
      await trySuspect(death, known, { ...options, events });
    } else if (death.event >= 0 && (await diesAlone(death, options, events))) {
      known.unreadable.set(
        death.event,
        tooMuch(death, 'Reading the payload', options),
      );
    } else if (events.length > 1) {
      const fewer =
        death.event < 0 ? Math.ceil(events.length / 2) : death.event || 1;
      events = events.slice(0, fewer);
    } else if (known.unreadable.has(0)) {
      throw new Error(
        `The sandbox ended (${death.cause}) before it came to any expression`,
      );
    } else if (death.event < 0 || ++diedAlone > 1) {
      known.unreadable.set(0, tooMuch(death, 'This event', options));
    }
  }
}

function taskOf(events: StoredEvent[], known: Known): EvaluateTask {
  return {
    kind: 'evaluate',
    // Of what cannot be read only its attributes are needed.
    events: events.map((event, at) =>
      known.unreadable.has(at) ? { ...event, data: undefined } : event,
    ),
    skip: new Map(
      Array.from(known.evaluations, ([at, found]) => [
        at,
        new Set(found.keys()),
      ]),
    ),
    resting: known.resting,
    unreadable: new Set(known.unreadable.keys()),
  };
}

/** Asks the event and the sensor of a death alone; no sensor, where it died of none. */
function askAlone(
  { event, sensor }: Death,
  { attempt }: BatchOptions,
  events: StoredEvent[],
) {
  return attempt({
    kind: 'evaluate',
    events: [events[event]],
    only: sensor,
    skip: new Map(),
    resting: new Map(),
    unreadable: new Set(),
  });
}

async function diesAlone(
  death: Death,
  options: BatchOptions,
  events: StoredEvent[],
): Promise<boolean> {
  return 'death' in (await askAlone(death, options, events));
}

async function trySuspect(
  death: Death,
  known: Known,
  options: BatchOptions,
): Promise<void> {
  const { active, resting } = options;
  const { event, sensor } = death;
  const answer = await askAlone(death, options, options.events);
  const found = known.evaluations.get(event) ?? new Map<number, Evaluation>();
  known.evaluations.set(event, found);
  if ('death' in answer) {
    resting.add(active[sensor]);
    if (resting.has(active[sensor])) known.resting.set(sensor, event + 1);
    found.set(sensor, tooMuch(answer.death, active[sensor].name, options));
  } else {
    const [, evaluation] = answer.result[0].find(([at]) => at === sensor)!;
    found.set(sensor, evaluation!);
  }
}

function fill(
  result: EvaluateResult,
  known: Known,
  { active }: BatchOptions,
): SensorEvaluation[][] {
  return result.map((list, at) =>
    list.map(([place, evaluation]) => {
      const { name: sensor, revision } = active[place];
      return {
        sensor,
        revision,
        evaluation: evaluation ??
          known.evaluations.get(at)?.get(place) ??
          known.unreadable.get(at) ?? {
            result: 'error',
            reason: rested(active[place]),
          },
      };
    }),
  );
}

function tooMuch(
  { cause }: Death,
  subject: string,
  { limits }: BatchOptions,
): Evaluation {
  return { result: 'error', reason: overrun(cause, subject, limits) };
}
