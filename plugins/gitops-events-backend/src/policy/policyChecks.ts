import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';
import type { GitopsEventsConfig } from '../config';
import { celPolicy, type EvaluateCel } from './celPolicy';
import { protectedPaths } from './protectedPaths';
import { secretScan } from './secretScan';

/** Every check that each proposed change goes through: ours, the configured ones, those of modules. */
export function policyChecks(options: {
  config: Pick<GitopsEventsConfig, 'policies' | 'boundaries'>;
  evaluateCel: EvaluateCel;
  more?: readonly PolicyCheck[];
}): PolicyCheck[] {
  const { config, evaluateCel, more = [] } = options;
  return [
    protectedPaths(config),
    secretScan,
    ...config.policies.map(policy => celPolicy(policy, evaluateCel)),
    ...more,
  ];
}
