import type { Sensor } from '../schema';
import { lintBreaker } from './breaker';
import { lintDedupe } from './dedupe';
import { lintDependencies } from './dependencies';
import { lintParams } from './params';
import { lintSchedule } from './schedule';
import { lintSteps } from './steps';
import type { LintWarning } from './warning';

/**
 * Looks for what is rarely meant.
 *
 * @param sensor - one whose expressions are right
 * @public
 */
export function lintSensor(sensor: Sensor): LintWarning[] {
  return [
    ...lintDependencies(sensor),
    ...lintDedupe(sensor),
    ...lintParams(sensor),
    ...lintSteps(sensor),
    ...lintBreaker(sensor),
    ...lintSchedule(sensor),
  ];
}
