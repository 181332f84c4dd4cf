import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';

/** Where events of some types go. */
export interface TopicConfig {
  topic: string;
  /** A trailing `*` matches any rest. */
  types: string[];
  /** Used where the topic has to be created. */
  partitions: number;
}

/** Where the brokers are, and who we are to them. */
export interface ConnectionConfig {
  brokers: string[];
  clientId: string;
  tls?: { ca?: string; cert?: string; key?: string; servername?: string };
  sasl?: SaslConfig;
}

export interface KafkaConfig extends ConnectionConfig {
  /** The first whose types match takes an event; the last one takes any. */
  topics: TopicConfig[];
  /** For topics that are created. */
  replicas: number;
  /** Days that a topic that is created keeps events. */
  retentionDays: number;
  /** Milliseconds between two looks at topics that are well. Default 10,000. */
  lookMs?: number;
}

export type SaslConfig =
  | {
      mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      username: string;
      password: string;
    }
  | {
      mechanism: 'oauthbearer';
      tokenUrl: string;
      clientId: string;
      clientSecret: string;
      scope?: string;
    };

export type Config = ReturnType<RootConfigService['getConfig']>;

export const root = 'gitopsEvents.kafka';
const mechanisms = [
  'plain',
  'scram-sha-256',
  'scram-sha-512',
  'oauthbearer',
] as const;

/**
 * Undefined where nothing is configured: the module is installed and not used.
 *
 * @throws InputError that names the key to mend
 */
export function readKafkaConfig(
  config: RootConfigService,
): KafkaConfig | undefined {
  const kafka = config.getOptionalConfig(root);
  if (!kafka) return undefined;
  const partitions = kafka.getOptionalNumber('partitions') ?? 3;
  const mapped = (kafka.getOptionalConfigArray('topics') ?? []).map(topic => ({
    topic: topicName(topic.getString('topic'), root),
    types: topic.getStringArray('types'),
    partitions: topic.getOptionalNumber('partitions') ?? partitions,
  }));
  const rest = topicName(
    kafka.getOptionalString('defaultTopic') ?? 'gitops-events',
    root,
  );
  return {
    ...readConnection(kafka, root),
    topics: [...mapped, { topic: rest, types: ['*'], partitions }],
    replicas: kafka.getOptionalNumber('replicas') ?? 3,
    retentionDays: kafka.getOptionalNumber('retentionDays') ?? 7,
  };
}

/**
 * Reads how to reach brokers.
 *
 * @param key - where it stands
 * @throws InputError that names the key to mend
 */
export function readConnection(kafka: Config, key: string): ConnectionConfig {
  const brokers = kafka.getStringArray('brokers');
  for (const broker of brokers) {
    if (!/^.+:\d+$/.test(broker)) {
      throw new InputError(
        `${key}.brokers names "${broker}"; write host and port, such as kafka-1.example:9092`,
      );
    }
  }
  return {
    brokers,
    clientId: kafka.getOptionalString('clientId') ?? 'gitops-events',
    tls: readTls(kafka),
    sasl: readSasl(kafka.getOptionalConfig('sasl'), key),
  };
}

/** @throws InputError where Kafka has no topics of that name */
export function topicName(name: string, key: string): string {
  if (/^[\w.-]{1,200}$/.test(name)) return name;
  throw new InputError(
    `${key} names the topic "${name}"; use letters, digits, dots, dashes and underscores`,
  );
}

function readTls(kafka: Config): ConnectionConfig['tls'] {
  const tls = kafka.getOptional('tls');
  if (tls === undefined || tls === false) return undefined;
  if (tls === true) return {};
  // A key without a value would take the place of what kafkajs sets, such as the name of the host.
  return Object.fromEntries(
    (['ca', 'cert', 'key', 'servername'] as const).flatMap(key => {
      const text = kafka.getOptionalString(`tls.${key}`);
      return text === undefined ? [] : [[key, text]];
    }),
  );
}

function readSasl(
  sasl: Config | undefined,
  key: string,
): SaslConfig | undefined {
  if (!sasl) return undefined;
  const asked = sasl.getString('mechanism').toLowerCase();
  const mechanism = mechanisms.find(known => known === asked);
  if (!mechanism) {
    throw new InputError(
      `${key}.sasl.mechanism is "${asked}"; use one of ${mechanisms.join(', ')}`,
    );
  }
  return mechanism === 'oauthbearer'
    ? {
        mechanism,
        tokenUrl: sasl.getString('tokenUrl'),
        clientId: sasl.getString('clientId'),
        clientSecret: sasl.getString('clientSecret'),
        scope: sasl.getOptionalString('scope'),
      }
    : {
        mechanism,
        username: sasl.getString('username'),
        password: sasl.getString('password'),
      };
}
