import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ConnectionConfig, SaslConfig } from './config';
import { tokenProvider } from './oauthToken';

/** Of a few seconds in all: whoever waits is told, and tries again later. */
const retry = { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 };

/** How we talk to the brokers; nothing is connected by it. */
export function createClient(
  config: ConnectionConfig,
  logger: Pick<LoggerService, 'debug'>,
): Kafka {
  return new Kafka({
    brokers: config.brokers,
    clientId: config.clientId,
    ssl: config.tls,
    sasl: config.sasl && saslOf(config.sasl),
    connectionTimeout: 3_000,
    authenticationTimeout: 5_000,
    requestTimeout: 10_000,
    retry,
    logLevel: logLevel.WARN,
    // What matters of it is told by our own health.
    logCreator:
      () =>
      ({ log, namespace }) =>
        logger.debug(`kafka ${namespace}: ${log.message}`),
  });
}

function saslOf(sasl: SaslConfig): SASLOptions {
  if (sasl.mechanism !== 'oauthbearer') return sasl;
  return {
    mechanism: 'oauthbearer',
    oauthBearerProvider: tokenProvider(sasl),
  };
}
