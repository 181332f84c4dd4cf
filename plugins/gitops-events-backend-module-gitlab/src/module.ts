import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  DefaultGitlabCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import { gitopsEventsExtensionPoint } from '@gitops-events/plugin-gitops-events-node';
import { readGitlabConfig } from './config';
import { GitlabHost } from './gitlabHost';
import { gitlabWebhook } from './gitlabWebhook';

/** The change host `gitlab`: repositories on gitlab.com and GitLab of one's own. @public */
export const gitopsEventsModuleGitlab = createBackendModule({
  pluginId: 'gitops-events',
  moduleId: 'gitlab',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        gitopsEvents: gitopsEventsExtensionPoint,
      },
      async init({ config, gitopsEvents }) {
        const integrations = ScmIntegrations.fromConfig(config);
        const gitlabConfig = readGitlabConfig(config);
        gitopsEvents.addChangeHost(
          new GitlabHost({
            integrations,
            credentials:
              DefaultGitlabCredentialsProvider.fromIntegrations(integrations),
            config: gitlabConfig,
          }),
        );
        gitopsEvents.addWebhook(gitlabWebhook(gitlabConfig.webhookSecret));
      },
    });
  },
});
