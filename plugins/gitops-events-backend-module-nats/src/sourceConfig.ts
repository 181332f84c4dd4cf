import { InputError } from '@backstage/errors';
import {
  readConnection,
  root,
  streamName,
  type Config,
  type ConnectionConfig,
  type NatsConfig,
} from './config';
import { partitionsOf } from './streams';

/** An event source of the kind `nats`. */
export interface NatsSourceConfig extends ConnectionConfig {
  stream: string;
  /** Those that are wanted, with wildcards; all where there are none. */
  subjects: string[];
  /** Where its connection is configured. */
  key: string;
}

/**
 * Without servers of its own it is read from those of the bus, as whom they know us.
 *
 * @param key - where it stands
 * @param bus - what stands under `gitopsEvents.nats`
 * @throws InputError that names the key to mend
 */
export function readSourceConfig(
  config: Config,
  key: string,
  bus: NatsConfig | undefined,
): NatsSourceConfig {
  const stream = streamName(config.getString('stream'), `${key}.stream`);
  const subjects = config.getOptionalStringArray('subjects') ?? [];
  for (const subject of subjects) {
    if (!isSubject(subject)) {
      throw new InputError(
        `${key}.subjects names "${subject}"; write them as orders.*.placed, or orders.> for all below, with * and > for a whole part and > as the last one`,
      );
    }
  }
  const own = config.has('servers') ? readConnection(config, key) : undefined;
  const connection = own ?? bus;
  if (!connection) {
    throw new InputError(
      `${key}.servers is missing; write them there, or under ${root}`,
    );
  }
  refuseOurs(stream, connection, key, bus);
  const { servers, name, tls, auth } = connection;
  return {
    ...{ stream, subjects, servers, name, tls, auth },
    key: own ? key : root,
  };
}

/** Whether a server takes it for a subject, with wildcards. */
function isSubject(text: string): boolean {
  return /^(([^\s.*>]+|\*)\.)*([^\s.*>]+|\*|>)$/.test(text);
}

/** What the bus writes is read by it; read as a source it would be written again, for ever. */
function refuseOurs(
  stream: string,
  { servers }: ConnectionConfig,
  key: string,
  bus: NatsConfig | undefined,
): void {
  if (!bus?.servers.some(server => servers.includes(server))) return;
  if (partitionsOf(bus).every(({ name }) => name !== stream)) return;
  throw new InputError(
    `${key}.stream names ${stream}, which is a stream of the bus (${root}); name one that others write to`,
  );
}
