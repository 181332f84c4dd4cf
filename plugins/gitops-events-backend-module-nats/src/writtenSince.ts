import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Link } from './link';

const FORGOTTEN_AFTER_MS = 5_000;

/**
 * The number before the first message that was stored at a moment or later;
 * that of the last one where all are older. The server finds it when it makes
 * a consumer that begins then; nothing is read from it.
 *
 * @param since - milliseconds since the epoch
 */
export async function writtenSince(
  { manager }: Pick<Link, 'manager'>,
  stream: string,
  since: number,
): Promise<number> {
  const { name, delivered } = await manager.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: new Date(since).toISOString(),
    inactive_threshold: nanos(FORGOTTEN_AFTER_MS),
    ...{ mem_storage: true, num_replicas: 1 },
  });
  await manager.consumers.delete(stream, name).catch(() => {});
  return delivered.stream_seq;
}
