import type {
  Reason,
  Target,
} from '@gitops-events/plugin-gitops-events-common';
import {
  momentInWords,
  nextActive,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { GitopsEventsConfig } from '../config';
import type { GateAnswer } from '../gate/admitRuns';
import type { Run } from '../store/runRow';
import { freezeAt, freezesIn, type Freeze } from './freeze';
import { scheduleTopic } from './scheduleTopic';

/** At the earliest after this, should our clock be behind that of the database. */
const SOON_MS = 1_000;

export interface ScheduleOptions {
  run: Pick<Run, 'sensor' | 'target'>;
  sensor: Sensor;
  targets: GitopsEventsConfig['targets'];
  /** Milliseconds since the epoch. */
  now: number;
}

/**
 * Whether a run may begin now, as far as its sensor's active hours and the
 * freezes of its target are concerned. Pure.
 */
export function askSchedule(options: ScheduleOptions): GateAnswer {
  const { sensor, now } = options;
  const { schedule } = sensor.spec;
  const freezes = freezesOf(options);
  const freeze = freezeAt(freezes, now);
  const until = goesOnAt(schedule, freezes, now);
  if (until <= now) return { answer: 'pass' };
  if (!freeze && schedule!.outside === 'hold') {
    return { answer: 'hold', reason: heldByHours(options, until) };
  }
  const zone = freeze?.timeZone ?? schedule!.timeZone;
  const cause = freeze
    ? `frozen, ${freeze.reason}`
    : `outside the active hours of ${titleOf(sensor)}`;
  return {
    answer: 'wait',
    topic: scheduleTopic(options.targets, options.run.sensor),
    shares: freeze ? 'target' : undefined,
    dueAt: Math.max(until, now + SOON_MS),
    reason: {
      code: freeze ? 'freeze' : 'outsideHours',
      message: `Waits until ${momentInWords(until, zone)}: ${cause}.`,
      detail: { until },
    },
  };
}

/** Whether runs that a sensor makes now may come into a freeze; those of one target, where it is known. */
export function mayFreeze(
  sensor: Sensor,
  targets: GitopsEventsConfig['targets'],
  now: number,
  target?: Target,
): boolean {
  if (target) {
    return freezesIn(targets, target.environment).some(({ to }) => to > now);
  }
  const freezes = tellsItsEnvironment(sensor)
    ? Object.values(targets).flatMap(({ freeze = [] }) => freeze)
    : freezesIn(targets, sensor.spec.target?.environment);
  return freezes.some(({ to }) => to > now);
}

/** Whether only its events say where a sensor's runs land. */
export function tellsItsEnvironment({ spec }: Sensor): boolean {
  return spec.target?.environment?.includes('${{') ?? false;
}

/** Those of its environment; none while that is not told. */
function freezesOf({
  run,
  sensor,
  targets,
}: Omit<ScheduleOptions, 'now'>): readonly Freeze[] {
  const declared = tellsItsEnvironment(sensor)
    ? undefined
    : sensor.spec.target?.environment;
  return freezesIn(targets, run.target?.environment ?? declared);
}

/** The first moment from this one on that is within the hours and outside of each freeze. */
function goesOnAt(
  schedule: Sensor['spec']['schedule'],
  freezes: readonly Freeze[],
  moment: number,
): number {
  const open = schedule ? nextActive(schedule, moment) : moment;
  const freeze = freezeAt(freezes, open);
  return freeze ? goesOnAt(schedule, freezes, freeze.to) : open;
}

function heldByHours({ sensor }: ScheduleOptions, until: number): Reason {
  const next = momentInWords(until, sensor.spec.schedule!.timeZone);
  return {
    code: 'outsideHours',
    message: `It would have begun outside the active hours of ${titleOf(sensor)}, which begin again ${next}. Release it if it cannot wait, else discard it.`,
    detail: { until },
  };
}

function titleOf({ metadata }: Sensor): string {
  return metadata.title ?? metadata.name;
}
