import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';

/** What we allow ourselves; GitHub's own limits are 80 and 500 writes, 6 pushes are its advice. */
export interface GithubLimits {
  writesPerMinute: number;
  writesPerHour: number;
  pushesPerMinute: number;
}

export interface GithubConfig {
  /** How long one call of the host may take, all of its requests together. */
  timeoutMs: number;
  /** How long is waited until GitHub shows everywhere what was just written. */
  settleMs: number;
  limits: GithubLimits;
  /** Without it, webhooks are refused. */
  webhookSecret?: string;
}

export function readGithubConfig(config: RootConfigService): GithubConfig {
  const key = 'gitopsEvents.github.timeoutSeconds';
  const timeoutSeconds = config.getOptionalNumber(key) ?? 10;
  if (!(timeoutSeconds >= 1 && timeoutSeconds <= 120)) {
    throw new InputError(`${key} is between 1 and 120`);
  }
  return {
    timeoutMs: timeoutSeconds * 1000,
    settleMs: 1_000,
    limits: readLimits(config),
    webhookSecret: config.getOptionalString(
      'gitopsEvents.github.webhookSecret',
    ),
  };
}

function readLimits(config: RootConfigService): GithubLimits {
  const read = (name: keyof GithubLimits, normal: number, least: number) => {
    const key = `gitopsEvents.github.limits.${name}`;
    const value = config.getOptionalNumber(key) ?? normal;
    if (!(Number.isInteger(value) && value >= least)) {
      throw new InputError(`${key} is a whole number, at least ${least}`);
    }
    return value;
  };
  return {
    // One change takes nine and more.
    writesPerMinute: read('writesPerMinute', 70, 10),
    writesPerHour: read('writesPerHour', 450, 10),
    pushesPerMinute: read('pushesPerMinute', 6, 1),
  };
}
