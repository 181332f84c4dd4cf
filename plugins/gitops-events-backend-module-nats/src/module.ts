import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { gitopsEventsExtensionPoint } from '@gitops-events/plugin-gitops-events-node';
import { readNatsConfig } from './config';
import { NatsBus } from './natsBus';
import { natsEventSource } from './natsSource';

/** The event bus `nats`, and event sources of that kind. @public */
export const gitopsEventsModuleNats = createBackendModule({
  pluginId: 'gitops-events',
  moduleId: 'nats',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        gitopsEvents: gitopsEventsExtensionPoint,
        logger: coreServices.logger,
      },
      async init({ config, gitopsEvents, logger }) {
        const nats = readNatsConfig(config);
        if (nats) gitopsEvents.addBus(new NatsBus(nats, logger));
        gitopsEvents.addEventSource(natsEventSource(nats));
      },
    });
  },
});
