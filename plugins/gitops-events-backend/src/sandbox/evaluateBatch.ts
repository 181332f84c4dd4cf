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
 * Each death names a suspect, an event and a sensor. It is asked once more,
 * alone: an answer clears it, a second death convicts it. Either way its
 * answer is known and the rest is tried again, so this ends.
 *
 * @returns answers to the first events, as far as the time of a turn went
 */
async function evaluatePortion(
  options: BatchOptions,
): Promise<SensorEvaluation[][]> {
  const { events, active, resting, attempt } = options;
  const known: Known = {
    evaluations: new Map(),
    unreadable: new Map(),
    resting: new Map(Array.from(resting.placesIn(active), place => [place, 0])),
  };
  for (;;) {
    const answer = await attempt({
      kind: 'evaluate',
      events,
      skip: new Map(
        Array.from(known.evaluations, ([at, found]) => [
          at,
          new Set(found.keys()),
        ]),
      ),
      resting: known.resting,
      unreadable: new Set(known.unreadable.keys()),
    });
    if ('result' in answer) return fill(answer.result, known, options);
    if (answer.death.event >= 0) {
      await trySuspect(answer.death, known, options);
    } else if (events.length > 1) {
      const half = Math.ceil(events.length / 2);
      return evaluatePortion({ ...options, events: events.slice(0, half) });
    } else if (known.unreadable.size === 0) {
      known.unreadable.set(0, tooMuch(answer.death, 'This event', options));
    } else {
      throw new Error(
        `The sandbox ended (${answer.death.cause}) before it came to any expression`,
      );
    }
  }
}

async function trySuspect(
  { event, sensor }: Death,
  known: Known,
  options: BatchOptions,
): Promise<void> {
  const { events, active, resting, attempt } = options;
  const answer = await attempt({
    kind: 'evaluate',
    events: [events[event]],
    only: sensor,
    skip: new Map(),
    resting: new Map(),
    unreadable: new Set(),
  });
  if (sensor < 0) {
    if ('death' in answer) {
      const reason = tooMuch(answer.death, 'Reading the payload', options);
      known.unreadable.set(event, reason);
    }
    return;
  }
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
