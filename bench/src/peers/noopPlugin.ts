import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { Router } from 'express';

/** What Backstage itself takes for a request: its middleware, its authentication, an answer. */
export const noopPlugin = createBackendPlugin({
  pluginId: 'noop',
  register(env) {
    env.registerInit({
      deps: { httpRouter: coreServices.httpRouter },
      async init({ httpRouter }) {
        const router = Router();
        router.post('/events', (_request, response) => {
          response.status(202).json({});
        });
        httpRouter.use(router);
      },
    });
  },
});
