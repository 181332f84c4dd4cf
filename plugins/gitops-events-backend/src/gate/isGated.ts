import type { Target } from '@gitops-events/plugin-gitops-events-common';
import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { GitopsEventsConfig } from '../config';
import { mayFreeze } from '../schedule/askSchedule';

/** Whether runs of a sensor must ask before they begin. */
export function isGated(
  sensor: Sensor,
  targets: GitopsEventsConfig['targets'],
  now: number,
  /** Where a run lands, where it is known already. */
  target?: Target,
): boolean {
  const { circuitBreaker, concurrency, schedule } = sensor.spec;
  return (
    circuitBreaker !== undefined ||
    concurrency !== undefined ||
    schedule !== undefined ||
    mayFreeze(sensor, targets, now, target)
  );
}
