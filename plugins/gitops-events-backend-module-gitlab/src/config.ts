import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';

export interface GitlabConfig {
  /** How long one call of the host may take, all of its requests together. */
  timeoutMs: number;
  /** How long is waited until GitLab takes note of what happened to a branch. */
  settleMs: number;
}

export function readGitlabConfig(config: RootConfigService): GitlabConfig {
  const key = 'gitopsEvents.gitlab.timeoutSeconds';
  const timeoutSeconds = config.getOptionalNumber(key) ?? 10;
  if (!(timeoutSeconds >= 1 && timeoutSeconds <= 120)) {
    throw new InputError(`${key} is between 1 and 120`);
  }
  return { timeoutMs: timeoutSeconds * 1000, settleMs: 1_000 };
}
