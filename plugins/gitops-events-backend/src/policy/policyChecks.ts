import type { LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError } from '@backstage/errors';
import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';
import type { GitopsEventsConfig } from '../config';
import { celPolicy, type EvaluateCel } from './celPolicy';
import { changeSize, defaultChangeLimits } from './changeSize';
import { loggedCheck } from './loggedCheck';
import { protectedPaths } from './protectedPaths';
import { secretScan } from './secretScan';
import { toolChecks } from '../validate/toolCheck';
import { validFiles } from '../validate/validFiles';

/**
 * Every check that each proposed change goes through: ours, the configured ones,
 * those of modules.
 *
 * @throws ConflictError when two have the same name
 */
export function policyChecks(options: {
  config: Pick<
    GitopsEventsConfig,
    'policies' | 'boundaries' | 'protectedPaths' | 'changeLimits' | 'validation'
  >;
  evaluateCel: EvaluateCel;
  more?: readonly PolicyCheck[];
  /** Hears what checks fail with. */
  logger: Pick<LoggerService, 'warn'>;
}): PolicyCheck[] {
  const { config, evaluateCel, more = [], logger } = options;
  const checks = [
    protectedPaths(config),
    changeSize(config.changeLimits ?? defaultChangeLimits),
    secretScan,
    validFiles(config.validation?.kubernetesSchemas),
    ...toolChecks(config.validation?.tools ?? []),
    ...config.policies.map(policy => celPolicy(policy, evaluateCel)),
    ...more,
  ];
  for (const [at, { name }] of checks.entries()) {
    if (checks.findIndex(one => one.name === name) < at) {
      throw new ConflictError(
        `Two policy checks are called "${name}"; give the one in gitopsEvents.policies another name.`,
      );
    }
  }
  return checks.map(check => loggedCheck(check, logger));
}
