import type { LoggerService } from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';
import type { EventBroker } from '@gitops-events/plugin-gitops-events-node';
import { connectKafka } from './kafka';
import { connectNats } from './nats';

/** The bus that a replica is told of. */
export interface ReplicaBus {
  kind: keyof typeof connect;
  settings: JsonObject;
}

const connect = { kafka: connectKafka, nats: connectNats };

export function connectBroker(
  { kind, settings }: ReplicaBus,
  logger: LoggerService,
): EventBroker {
  return connect[kind](settings, logger);
}
