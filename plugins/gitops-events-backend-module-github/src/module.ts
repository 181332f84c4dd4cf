import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  DefaultGithubCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import { gitopsEventsExtensionPoint } from '@gitops-events/plugin-gitops-events-node';
import { readGithubConfig } from './config';
import { GithubHost } from './githubHost';

/** The change host `github`: repositories on GitHub and GitHub Enterprise. @public */
export const gitopsEventsModuleGithub = createBackendModule({
  pluginId: 'gitops-events',
  moduleId: 'github',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        gitopsEvents: gitopsEventsExtensionPoint,
        logger: coreServices.logger,
      },
      async init({ config, gitopsEvents, logger }) {
        const integrations = ScmIntegrations.fromConfig(config);
        gitopsEvents.addChangeHost(
          new GithubHost({
            integrations,
            credentials:
              DefaultGithubCredentialsProvider.fromIntegrations(integrations),
            config: readGithubConfig(config),
            logger,
          }),
        );
      },
    });
  },
});
