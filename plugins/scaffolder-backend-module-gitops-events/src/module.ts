import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { clientFactory } from './client';
import { createPublishAction } from './publish';
import { createWaitAction } from './wait';

/** Turns any Software Template into a form that asks for a change. @public */
export const scaffolderModuleGitopsEvents = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'gitops-events',
  register(env) {
    env.registerInit({
      deps: {
        actions: scaffolderActionsExtensionPoint,
        auth: coreServices.auth,
        discovery: coreServices.discovery,
      },
      async init({ actions, auth, discovery }) {
        const clientFor = clientFactory({ auth, discovery });
        actions.addActions(
          createPublishAction({ clientFor }),
          createWaitAction({ clientFor }),
        );
      },
    });
  },
});
