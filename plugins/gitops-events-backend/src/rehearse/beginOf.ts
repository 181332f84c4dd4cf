import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { GitopsEventsConfig } from '../config';
import { askSchedule } from '../schedule/askSchedule';
import type { Run } from '../store/runRow';

/** Why a run would not begin as soon as it is made. */
export interface Begin {
  /** It begins by itself, later. */
  waits?: Reason;
  /** A person has to release it first. */
  held?: Reason;
}

/**
 * Asks what a rehearsal can know, for the moment at which the run would begin:
 * the hours of its sensor, the freezes of its target, its limit. Who else is
 * under way, and whether a circuit breaker is open, it does not know. Pure.
 */
export function beginOf(
  run: Run,
  sensor: Sensor,
  targets: GitopsEventsConfig['targets'],
): Begin {
  const said = askSchedule({ run, sensor, targets, now: run.dueAt });
  if (said.answer === 'hold') return { held: said.reason };
  const waits = said.answer === 'wait' ? said.reason : run.reason;
  return waits ? { waits } : {};
}
