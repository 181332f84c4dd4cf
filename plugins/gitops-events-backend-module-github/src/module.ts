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
import { githubWebhook } from './githubWebhook';
import { redeliver } from './redeliver';

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
        scheduler: coreServices.scheduler,
      },
      async init({ config, gitopsEvents, logger, scheduler }) {
        const integrations = ScmIntegrations.fromConfig(config);
        const githubConfig = readGithubConfig(config);
        gitopsEvents.addChangeHost(
          new GithubHost({
            integrations,
            credentials:
              DefaultGithubCredentialsProvider.fromIntegrations(integrations),
            config: githubConfig,
            logger,
          }),
        );
        const { webhookSecret } = githubConfig;
        gitopsEvents.addWebhook(githubWebhook(webhookSecret));
        if (webhookSecret) {
          await scheduler.scheduleTask({
            id: 'gitops-events-github-redeliver',
            frequency: { minutes: 5 },
            timeout: { minutes: 2 },
            // One replica is enough.
            scope: 'global',
            fn: signal =>
              redeliver({
                integrations,
                logger,
                signal: signal as AbortSignal,
              }),
          });
        }
      },
    });
  },
});
