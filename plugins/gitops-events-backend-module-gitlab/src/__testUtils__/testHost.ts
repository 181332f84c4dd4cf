import { mockServices } from '@backstage/backend-test-utils';
import {
  DefaultGitlabCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import { GitlabHost } from '../gitlabHost';
import { PROJECT, TOKEN, type GitlabServer } from './gitlab/gitlabServer';

/** A host as an installation configures it. */
export function testHost(
  { host, baseUrl, apiBaseUrl }: GitlabServer,
  options: { timeoutMs?: number; token?: string } = {},
): GitlabHost {
  const { timeoutMs = 20_000, token = TOKEN } = options;
  const integrations = ScmIntegrations.fromConfig(
    mockServices.rootConfig({
      data: {
        integrations: { gitlab: [{ host, baseUrl, apiBaseUrl, token }] },
      },
    }),
  );
  return new GitlabHost({
    integrations,
    credentials:
      DefaultGitlabCredentialsProvider.fromIntegrations(integrations),
    config: { timeoutMs, settleMs: 5, limits: { writesPerMinute: 1_000 } },
  });
}

export function repositoryOn({ baseUrl }: GitlabServer): string {
  return `${baseUrl}/${PROJECT}`;
}
