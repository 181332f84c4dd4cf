import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import {
  compileSensor,
  evaluate,
  simulate,
  type SimulatedDecision,
  type SimulatedEvent,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { ActiveSensor } from '../sandbox';
import type { Run } from '../store/runRow';
import { beginOf, type Begin } from './beginOf';
import {
  imaginedRun,
  rehearseFiring,
  type FiringStage,
} from './rehearseFiring';
import type { RehearsedStep } from './rehearseRun';

export interface RehearsalOptions extends FiringStage {
  sensors: ActiveSensor[];
  /** In the order in which they are decided. */
  events: SimulatedEvent[];
  /** Accepted time that passes after the last event, in milliseconds since the epoch. */
  until?: number;
  /** On the monotonic clock; runs that come later are not gone through. */
  deadline?: number;
}

/** What a sensor says to an event, and what its run would do. */
export interface RehearsedDecision extends Omit<
  SimulatedDecision,
  'evaluation' | 'firing'
> {
  run?: Run & { rehearsed: RehearsedStep[] } & Begin;
}

/**
 * Decides events and goes through the runs they lead to, with the code that
 * does it for real, up to the point where something would be kept or changed.
 * Sensors begin without a memory. The sandbox is loaded with these sensors and
 * must be nobody else's meanwhile.
 */
export async function rehearse(
  options: RehearsalOptions,
): Promise<RehearsedDecision[]> {
  const { sensors, events, config, deadline = Infinity } = options;
  const decisions = await decideAll(options);
  const rehearsed: RehearsedDecision[] = [];
  for (const { evaluation, firing, ...decision } of decisions) {
    if (!firing) {
      rehearsed.push(decision);
      continue;
    }
    const sensor = sensors.find(({ name }) => name === decision.sensor)!;
    const { held, run, steps } = await rehearseFiring(options, {
      run: imaginedRun({
        ...events[decision.event],
        firing,
        sensor,
        evaluation,
        config,
        seq: rehearsed.length + 1,
      }),
      sensor,
      events: firing.events.map(
        ({ uid }) => events.find(one => one.event.uid === uid)!.event,
      ),
      inTime: performance.now() <= deadline,
    });
    rehearsed.push({
      ...decision,
      ...(held && { outcome: 'held', reason: held }),
      run: {
        ...run,
        rehearsed: steps,
        ...(!held && beginOf(run, sensor.definition, config.targets)),
      },
    });
  }
  return rehearsed;
}

/** Expressions run in the sandbox; what they gave is decided on here. */
async function decideAll(
  options: RehearsalOptions,
): Promise<SimulatedDecision[]> {
  const { sandbox, sensors, events, until } = options;
  sandbox.forgetOverruns();
  await sandbox.load(sensors, 0);
  const said = await sandbox.evaluate(events.map(({ event }) => event));
  const compiled = sensors.map(({ definition }) => compileSensor(definition));
  return simulate({
    sensors: compiled,
    events,
    until,
    evaluation: (sensor, at) =>
      said.events[at].find(({ sensor: name }) => name === sensors[sensor].name)
        ?.evaluation ??
      // Nothing of it fits the event, which runs no expression.
      evaluate(compiled[sensor], unread(events[at].event)),
  });
}

function unread(event: StoredEvent) {
  return { event, value: new Map() };
}
