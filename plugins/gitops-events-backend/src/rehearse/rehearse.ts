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
import { resolveRun, type ResolvedRun } from '../pipeline/resolveRun';
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
  'evaluation' | 'firing'
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
  for (const { evaluation, firing, ...decision } of decisions) {
    if (!firing) {
      rehearsed.push(decision);
      continue;
    }
    const sensor = sensors.find(({ name }) => name === decision.sensor)!;
    const { event } = events[decision.event];
    const made = {
      ...newRun({
        firing,
        event,
        sensor,
        told: evaluation.result === 'matched' ? evaluation.scope : undefined,
        config: options.config,
        owners: new Map(),
        now: event.acceptedAt,
      }),
      seq: rehearsed.length + 1,
      version: 1,
    };
    const fired = firing.events.map(
      ({ uid }) => events.find(one => one.event.uid === uid)!.event,
    );
    const told = await tell(options, { run: made, sensor, events: fired });
    if ('reason' in told) {
      const held = { outcome: 'held' as const, reason: told.reason };
      rehearsed.push({ ...decision, ...held, run: { ...made, rehearsed: [] } });
      continue;
    }
    const steps =
      performance.now() > deadline
        ? unreached(sensor.definition)
        : await rehearseRun(options, { ...told, sensor: sensor.definition });
    rehearsed.push({ ...decision, run: { ...told.run, rehearsed: steps } });
  }
  return rehearsed;
}

/** What a run is made of, or why it is held. */
async function tell(
  { sandbox, config }: RehearsalOptions,
  what: { run: Run; sensor: ActiveSensor; events: StoredEvent[] },
): Promise<ResolvedRun | { reason: Reason }> {
  const { run, sensor, events } = what;
  if (run.state === 'held') return { reason: run.reason! };
  const ownersOf = async () => new Map();
  return resolveRun(
    { sandbox, config, ownersOf },
    { run, sensor: sensor.definition, events },
  );
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
