import { ConfigReader } from '@backstage/config';
import {
  DefaultGithubCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import { readGithubConfig } from '@gitops-events/plugin-gitops-events-backend-module-github/src/config';
import { GithubHost } from '@gitops-events/plugin-gitops-events-backend-module-github/src/githubHost';
import { quietLogger } from '../ours/quietLogger';
import type { Github } from './startGithub';

/** The change host as an installation has it that configures nothing but its credentials. */
export function githubHost({ integration }: Github): GithubHost {
  const config = new ConfigReader({ integrations: { github: [integration] } });
  const integrations = ScmIntegrations.fromConfig(config);
  return new GithubHost({
    ...{ integrations, logger: quietLogger },
    credentials:
      DefaultGithubCredentialsProvider.fromIntegrations(integrations),
    config: readGithubConfig(config),
  });
}
