import { builtInActions, type ActionSchema } from '../actions';
import type { Sensor } from '../schema';
import { lintBreaker } from './breaker';
import { lintDedupe } from './dedupe';
import { lintDependencies } from './dependencies';
import { lintParams } from './params';
import { lintSchedule } from './schedule';
import { lintSecrets } from './secrets';
import { lintSteps } from './steps';
import type { LintWarning } from './warning';
import { lintWindow } from './window';

/**
 * Looks for what is rarely meant.
 *
 * @param sensor - one whose expressions are right
 * @public
 */
export function lintSensor(
  sensor: Sensor,
  actions: readonly ActionSchema[] = builtInActions,
): LintWarning[] {
  return [
    ...lintDependencies(sensor),
    ...lintDedupe(sensor),
    ...lintParams(sensor, actions),
    ...lintSteps(sensor),
    ...lintBreaker(sensor),
    ...lintSchedule(sensor),
    ...lintSecrets(sensor, actions),
    ...lintWindow(sensor),
  ];
}
