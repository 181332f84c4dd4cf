import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { publishEventsRouter } from '@gitops-events/plugin-gitops-events-backend/src/http/publishEvents';
import { openDatabase } from '@gitops-events/plugin-gitops-events-backend/src/store/database';
import { acceptInProcess } from './acceptInProcess';

/** The first hop of our plugin behind its own route. */
export const acceptPlugin = createBackendPlugin({
  pluginId: 'gitops-events',
  register(env) {
    env.registerInit({
      deps: {
        database: coreServices.database,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
      },
      async init({ database, httpAuth, httpRouter, logger }) {
        const opened = await openDatabase({ database, durability: 'disk' });
        httpRouter.use(
          publishEventsRouter({
            acceptor: acceptInProcess(opened),
            authenticate: request =>
              httpAuth.credentials(request as never, {
                allow: ['user', 'service'],
              }),
            limits: {
              requestBytes: 1_048_576,
              batchEvents: 1000,
              eventsPerMinute: 10_000_000,
            },
            durability: opened.durability,
            auditRefusal: async () => {},
            logger,
          }),
        );
      },
    });
  },
});
