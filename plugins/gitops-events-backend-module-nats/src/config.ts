import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';

/** Where events of some types go: `<stream>-0`, `<stream>-1`, ... */
export interface StreamConfig {
  stream: string;
  /** A trailing `*` matches any rest. */
  types: string[];
  partitions: number;
}

/** Where the servers are, and who we are to them. */
export interface ConnectionConfig {
  /** Host and port. */
  servers: string[];
  name: string;
  tls?: {
    ca?: string;
    cert?: string;
    key?: string;
    servername?: string;
    handshakeFirst?: boolean;
  };
  auth?: AuthConfig;
}

export interface NatsConfig extends ConnectionConfig {
  /** The first whose types match takes an event; the last one takes any. */
  streams: StreamConfig[];
  /** Of streams that are created; undefined: 3 in a cluster, else 1. */
  replicas?: number;
  /** Of a partition that is created. */
  maxBytes: number;
  /** Days that what was taken in is kept at least, while there is room. */
  retentionDays: number;
}

export type AuthConfig =
  | { user: string; password: string }
  | { token: string }
  | { nkeySeed: string }
  /** The text of a file of credentials: a JWT and the seed of its user. */
  | { credentials: string };

export type Config = ReturnType<RootConfigService['getConfig']>;

export const root = 'gitopsEvents.nats';

/**
 * Undefined where nothing is configured: the module is installed and not used.
 *
 * @throws InputError that names the key to mend
 */
export function readNatsConfig(
  config: RootConfigService,
): NatsConfig | undefined {
  const nats = config.getOptionalConfig(root);
  if (!nats) return undefined;
  const partitions = readCount(nats, 'partitions') ?? 3;
  const mapped = (nats.getOptionalConfigArray('streams') ?? []).map(stream => ({
    stream: streamName(stream.getString('stream'), root),
    types: stream.getStringArray('types'),
    partitions: readCount(stream, 'partitions') ?? partitions,
  }));
  const rest = streamName(
    nats.getOptionalString('defaultStream') ?? 'gitops-events',
    root,
  );
  return {
    ...readConnection(nats, root),
    streams: [...mapped, { stream: rest, types: ['*'], partitions }],
    replicas: readCount(nats, 'replicas'),
    maxBytes: readCount(nats, 'maxBytes') ?? 1_073_741_824,
    retentionDays: nats.getOptionalNumber('retentionDays') ?? 7,
  };
}

/**
 * Reads how to reach servers.
 *
 * @param key - where it stands
 * @throws InputError that names the key to mend
 */
export function readConnection(nats: Config, key: string): ConnectionConfig {
  const servers = nats.getStringArray('servers');
  for (const server of servers) {
    // A user or password in an address would be shown and logged as part of it.
    if (!/^[^@/\s]+:\d+$/.test(server)) {
      throw new InputError(
        `${key}.servers has an entry that is no host and port; write them as nats-1.example:4222, and who we are under ${key}.auth`,
      );
    }
  }
  return {
    servers,
    name: nats.getOptionalString('name') ?? 'gitops-events',
    tls: readTls(nats),
    auth: readAuth(nats.getOptionalConfig('auth'), key),
  };
}

function readCount(config: Config, key: string): number | undefined {
  const count = config.getOptionalNumber(key);
  if (count === undefined || (Number.isInteger(count) && count > 0))
    return count;
  throw new InputError(
    `${root}: ${key} is ${count}; write a whole number above 0`,
  );
}

/**
 * Also the first part of our subjects.
 *
 * @throws InputError where there can be no stream of that name
 */
export function streamName(name: string, key: string): string {
  if (/^[\w-]{1,200}$/.test(name)) return name;
  throw new InputError(
    `${key} names the stream "${name}"; use letters, digits, dashes and underscores`,
  );
}

function readTls(nats: Config): ConnectionConfig['tls'] {
  const tls = nats.getOptional('tls');
  if (tls === undefined || tls === false) return undefined;
  if (tls === true) return {};
  // A key without a value would take the place of what the client sets, such as the name of the host.
  const texts = (['ca', 'cert', 'key', 'servername'] as const).flatMap(key => {
    const text = nats.getOptionalString(`tls.${key}`);
    return text === undefined ? [] : [[key, text]];
  });
  return {
    ...Object.fromEntries(texts),
    ...(nats.getOptionalBoolean('tls.handshakeFirst') && {
      handshakeFirst: true,
    }),
  };
}

function readAuth(
  auth: Config | undefined,
  key: string,
): AuthConfig | undefined {
  if (!auth) return undefined;
  const kinds = ['user', 'token', 'nkeySeed', 'credentials'] as const;
  const [kind, ...others] = kinds.filter(one => auth.has(one));
  if (!kind || others.length > 0) {
    throw new InputError(
      `${key}.auth takes one of ${kinds.join(', ')}; with user goes password`,
    );
  }
  return kind === 'user'
    ? { user: auth.getString('user'), password: auth.getString('password') }
    : ({ [kind]: auth.getString(kind) } as AuthConfig);
}
