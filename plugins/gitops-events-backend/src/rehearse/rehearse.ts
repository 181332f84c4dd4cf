import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import {
  compileSensor,
  evaluate,
  simulate,
  type Sensor,
  type SimulatedDecision,
  type SimulatedEvent,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { RunConfig } from '../pipeline/newRun';
import { newRun } from '../pipeline/newRun';
import type { ActiveSensor } from '../sandbox';
import type { Run } from '../store/runRow';
import {
  rehearseRun,
  type RehearsalStage,
  type RehearsedStep,
} from './rehearseRun';

export interface RehearsalOptions extends Omit<RehearsalStage, 'config'> {
  config: RunConfig;
  sensors: ActiveSensor[];
  /** In the order in which they are decided. */
  events: SimulatedEvent[];
  /** On the monotonic clock; runs that come later are not gone through. */
  deadline?: number;
}

/** What a sensor says to an event, and what its run would do. */
export interface RehearsedDecision extends Omit<
  SimulatedDecision,
  'evaluation'
> {
  run?: Run & { rehearsed: RehearsedStep[] };
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
  const { sensors, events, deadline = Infinity } = options;
  const decisions = await decideAll(options);
  const rehearsed: RehearsedDecision[] = [];
  for (const { evaluation, ...decision } of decisions) {
    const { outcome } = decision;
    if (outcome !== 'fired' && outcome !== 'held') {
      rehearsed.push(decision);
      continue;
    }
    const sensor = sensors.find(({ name }) => name === decision.sensor)!;
    const { event } = events[decision.event];
    const run = {
      ...newRun({
        event,
        sensor,
        evaluation,
        held: outcome === 'held' ? decision.reason : undefined,
        config: options.config,
        owners: new Map(),
        now: event.acceptedAt,
      }),
      seq: rehearsed.length + 1,
      version: 1,
    };
    if (run.reason) {
      const told = { outcome: 'held' as const, reason: run.reason };
      rehearsed.push({ ...decision, ...told, run: { ...run, rehearsed: [] } });
      continue;
    }
    const steps =
      performance.now() > deadline
        ? unreached(sensor.definition)
        : await rehearseRun(options, {
            run,
            sensor: sensor.definition,
            event,
          });
    rehearsed.push({ ...decision, run: { ...run, rehearsed: steps } });
  }
  return rehearsed;
}

/** Expressions run in the sandbox; what they gave is decided on here. */
async function decideAll(
  options: RehearsalOptions,
): Promise<SimulatedDecision[]> {
  const { sandbox, sensors, events } = options;
  await sandbox.load(sensors, 0);
  const said = await sandbox.evaluate(events.map(({ event }) => event));
  const compiled = sensors.map(({ definition }) => compileSensor(definition));
  return simulate({
    sensors: compiled,
    events,
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

function unreached({ spec }: Sensor): RehearsedStep[] {
  const held: Reason = {
    code: 'deadline',
    message:
      'There was no time left to go through this run; try with fewer events.',
  };
  const [{ id, action }] = spec.steps;
  return [{ id, action, held }];
}
