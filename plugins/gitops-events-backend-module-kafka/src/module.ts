import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { gitopsEventsExtensionPoint } from '@gitops-events/plugin-gitops-events-node';
import { readKafkaConfig } from './config';
import { KafkaBus } from './kafkaBus';
import { kafkaEventSource } from './kafkaSource';

/** The event bus `kafka`, and event sources of that kind. @public */
export const gitopsEventsModuleKafka = createBackendModule({
  pluginId: 'gitops-events',
  moduleId: 'kafka',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        gitopsEvents: gitopsEventsExtensionPoint,
        logger: coreServices.logger,
      },
      async init({ config, gitopsEvents, logger }) {
        const kafka = readKafkaConfig(config);
        if (kafka) gitopsEvents.addBus(new KafkaBus(kafka, logger));
        gitopsEvents.addEventSource(kafkaEventSource(kafka));
      },
    });
  },
});
