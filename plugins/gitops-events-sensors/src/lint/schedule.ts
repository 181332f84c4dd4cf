import { covers } from '../schedule/activeHours';
import { MINUTE_MS } from '../schedule/zone';
import type { Sensor } from '../schema';
import type { LintWarning } from './warning';

const MINUTES_A_WEEK = 7 * 24 * 60;

/** Active hours that leave nothing out. */
export function lintSchedule({ spec }: Sensor): LintWarning[] {
  const { schedule } = spec;
  if (!schedule) return [];
  for (let minute = 0; minute < MINUTES_A_WEEK; minute++) {
    if (!covers(schedule.active, minute * MINUTE_MS)) return [];
  }
  const message =
    'These hours cover the whole week, so nothing is ever outside of them; leave `schedule` out, or name the hours.';
  return [{ rule: 'always-active', message, path: ['spec', 'schedule'] }];
}
