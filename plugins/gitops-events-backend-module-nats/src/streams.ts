import {
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig as JetStreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { BusDurability } from '@gitops-events/plugin-gitops-events-node';
import type { NatsConfig } from './config';
import { refuseUnfit } from './unfitStream';

const DUPLICATE_WINDOW_MS = 120_000;
const NOT_FOUND = 10059;

/** One partition: a stream of the server with one subject. */
export interface Partition {
  /** As the rest of the bus names it, and the server its stream. */
  name: string;
  subject: string;
}

export function partitionOf(stream: string, at: number): Partition {
  return { name: `${stream}-${at}`, subject: `${stream}.${at}` };
}

/** The partitions that are configured, so those that events are sent to. */
export function partitionsOf({
  streams,
}: Pick<NatsConfig, 'streams'>): Partition[] {
  const partitions = streams.flatMap(({ stream, partitions: count }) =>
    Array.from({ length: count }, (_, at) => partitionOf(stream, at)),
  );
  return [...new Map(partitions.map(one => [one.name, one])).values()];
}

/** The weakest of the streams says what an acknowledgement means. */
export function durabilityOf(
  streams: Array<Pick<StreamInfo, 'config'>>,
): BusDurability {
  return streams.every(({ config }) => config.num_replicas >= 3)
    ? 'replicated'
    : 'relaxed';
}

/**
 * Creates it where it is missing, leaves it as it is where not, and says how it stands.
 *
 * @throws UnfitStream
 */
export async function ensureStream(
  manager: JetStreamManager,
  partition: Partition,
  config: NatsConfig,
  replicas: number,
): Promise<StreamInfo> {
  const info =
    (await readStream(manager, partition.name)) ??
    (await manager.streams.add(wantedConfig(partition, config, replicas)));
  refuseUnfit(info.config, partition.subject);
  return info;
}

/** Undefined where there is none. */
export async function readStream(
  manager: JetStreamManager,
  name: string,
): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(name);
  } catch (error) {
    if ((error as { code?: number }).code === NOT_FOUND) return undefined;
    throw error;
  }
}

function wantedConfig(
  { name, subject }: Partition,
  { maxBytes }: NatsConfig,
  replicas: number,
): Partial<JetStreamConfig> & { name: string } {
  return {
    name,
    subjects: [subject],
    description: 'Events on their way into GitOps Events',
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    // Full means that the next one is refused, and not that the oldest goes.
    discard: DiscardPolicy.New,
    max_bytes: maxBytes,
    max_age: 0,
    num_replicas: replicas,
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
  };
}
