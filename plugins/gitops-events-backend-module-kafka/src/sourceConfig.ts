import { InputError } from '@backstage/errors';
import {
  readConnection,
  root,
  topicName,
  type Config,
  type ConnectionConfig,
  type KafkaConfig,
} from './config';

/** An event source of the kind `kafka`. */
export interface KafkaSourceConfig extends ConnectionConfig {
  topics: string[];
  /** Where its connection is configured. */
  key: string;
}

/**
 * Without brokers of its own it is read from those of the bus, as whom they know us.
 *
 * @param key - where it stands
 * @param bus - what stands under `gitopsEvents.kafka`
 * @throws InputError that names the key to mend
 */
export function readSourceConfig(
  config: Config,
  key: string,
  bus: KafkaConfig | undefined,
): KafkaSourceConfig {
  const topics = config
    .getStringArray('topics')
    .map(topic => topicName(topic, `${key}.topics`));
  if (topics.length === 0) {
    throw new InputError(`${key}.topics is empty; name at least one`);
  }
  const own = config.has('brokers') ? readConnection(config, key) : undefined;
  const connection = own ?? bus;
  if (!connection) {
    throw new InputError(
      `${key}.brokers is missing; write them there, or under ${root}`,
    );
  }
  refuseOurs(topics, connection, key, bus);
  const { brokers, clientId, tls, sasl } = connection;
  return {
    ...{ topics, brokers, clientId, tls, sasl },
    key: own ? key : root,
  };
}

/** What the bus writes is read by it; read as a source it would be written again, for ever. */
function refuseOurs(
  topics: string[],
  { brokers }: ConnectionConfig,
  key: string,
  bus: KafkaConfig | undefined,
): void {
  if (!bus?.brokers.some(broker => brokers.includes(broker))) return;
  const ours = topics.find(name =>
    bus.topics.some(({ topic }) => topic === name),
  );
  if (ours === undefined) return;
  throw new InputError(
    `${key}.topics names ${ours}, which is a topic of the bus (${root}); name topics that others write to`,
  );
}
