import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';

/** What we allow ourselves. */
export interface GitlabLimits {
  writesPerMinute: number;
}

export interface GitlabConfig {
  /** How long one call of the host may take, all of its requests together. */
  timeoutMs: number;
  /** How long is waited until GitLab takes note of what happened to a branch. */
  settleMs: number;
  limits: GitlabLimits;
  /** Without it, webhooks are refused. */
  webhookSecret?: string;
}

export function readGitlabConfig(config: RootConfigService): GitlabConfig {
  const read = (name: string, normal: number, least: number, most: number) => {
    const key = `gitopsEvents.gitlab.${name}`;
    const value = config.getOptionalNumber(key) ?? normal;
    if (!(value >= least && value <= most)) {
      throw new InputError(`${key} is between ${least} and ${most}`);
    }
    return value;
  };
  return {
    timeoutMs: read('timeoutSeconds', 10, 1, 120) * 1000,
    settleMs: 1_000,
    // One change takes up to five; GitLab's own limits begin at 300 a minute for some of them.
    limits: { writesPerMinute: read('limits.writesPerMinute', 200, 5, 10_000) },
    webhookSecret: config.getOptionalString(
      'gitopsEvents.gitlab.webhookSecret',
    ),
  };
}
