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

export interface KafkaConfig {
  brokers: string[];
  clientId: string;
  tls?: { ca?: string; cert?: string; key?: string; servername?: string };
  sasl?: SaslConfig;
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

type Config = ReturnType<RootConfigService['getConfig']>;

const root = 'gitopsEvents.kafka';
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
  const brokers = kafka.getStringArray('brokers');
  for (const broker of brokers) {
    if (!/^.+:\d+$/.test(broker)) {
      throw new InputError(
        `${root}.brokers names "${broker}"; write host and port, such as kafka-1.example:9092`,
      );
    }
  }
  const partitions = kafka.getOptionalNumber('partitions') ?? 3;
  const mapped = (kafka.getOptionalConfigArray('topics') ?? []).map(topic => ({
    topic: topicName(topic.getString('topic')),
    types: topic.getStringArray('types'),
    partitions: topic.getOptionalNumber('partitions') ?? partitions,
  }));
  const rest = topicName(
    kafka.getOptionalString('defaultTopic') ?? 'gitops-events',
  );
  return {
    brokers,
    clientId: kafka.getOptionalString('clientId') ?? 'gitops-events',
    tls: readTls(kafka),
    sasl: readSasl(kafka.getOptionalConfig('sasl')),
    topics: [...mapped, { topic: rest, types: ['*'], partitions }],
    replicas: kafka.getOptionalNumber('replicas') ?? 3,
    retentionDays: kafka.getOptionalNumber('retentionDays') ?? 7,
  };
}

function topicName(name: string): string {
  if (/^[\w.-]{1,200}$/.test(name)) return name;
  throw new InputError(
    `${root} names the topic "${name}"; use letters, digits, dots, dashes and underscores`,
  );
}

function readTls(kafka: Config): KafkaConfig['tls'] {
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

function readSasl(sasl: Config | undefined): SaslConfig | undefined {
  if (!sasl) return undefined;
  const asked = sasl.getString('mechanism').toLowerCase();
  const mechanism = mechanisms.find(known => known === asked);
  if (!mechanism) {
    throw new InputError(
      `${root}.sasl.mechanism is "${asked}"; use one of ${mechanisms.join(', ')}`,
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
