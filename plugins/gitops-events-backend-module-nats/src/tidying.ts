import { AckPolicy, DeliverPolicy, type StreamInfo } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Link } from './link';
import type { Place } from './place';
import { isRefilled } from './whatIsLost';

const EVERY_MS = 10_000;
const EVERY_MESSAGES = 1_000;
const DAY_MS = 86_400_000;

/**
 * Deletes what was taken in, and never what was not: a stream has no age at
 * which messages go. It stays for some days, so that a database which was
 * restored from a backup finds it; but where a stream is half full it goes.
 */
export class Tidying {
  private done: { at: number; seq: number; halfFull: boolean } | undefined;

  constructor(
    private readonly options: { name: string; retentionDays: number },
  ) {}

  /** Call it often, with a place that is stored; what fails is left for the next time. */
  async tidy(link: Link, place: Place): Promise<void> {
    const { seq, created } = place;
    const now = performance.now();
    const isDue =
      this.done === undefined ||
      now - this.done.at > EVERY_MS ||
      // Senders wait for room.
      seq - this.done.seq > (this.done.halfFull ? 0 : EVERY_MESSAGES);
    if (!isDue) return;
    this.done = { at: now, seq, halfFull: false };
    const { name } = this.options;
    try {
      const info = await link.manager.streams.info(name);
      // It was made anew: nobody has read that one.
      if (info.created !== created) return;
      this.done.halfFull = isHalfFull(info);
      const upTo = this.done.halfFull
        ? seq
        : Math.min(seq, await this.lastOfOld(link, info));
      if (upTo < info.state.first_seq || info.state.messages === 0) return;
      // Else what nobody has read would go, and with it what tells of that.
      if (await isRefilled(link.manager, name, place)) return;
      await link.manager.streams.purge(name, { seq: upTo + 1 });
    } catch {
      // There is time: half of the stream.
    }
  }

  /** Number of the last message that is older than we keep; 0: none. */
  private async lastOfOld(link: Link, { state }: StreamInfo): Promise<number> {
    const { name, retentionDays } = this.options;
    const before = new Date(Date.now() - retentionDays * DAY_MS);
    if (state.messages === 0 || new Date(state.first_ts) >= before) return 0;
    if (new Date(state.last_ts) < before) return state.last_seq;
    const { consumers } = link.manager;
    const probe = await consumers.add(name, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartTime,
      opt_start_time: before.toISOString(),
      inactive_threshold: nanos(5_000),
      ...{ mem_storage: true, num_replicas: 1 },
    });
    await consumers.delete(name, probe.name).catch(() => {});
    return probe.delivered.stream_seq;
  }
}

function isHalfFull({
  config,
  state,
}: Pick<StreamInfo, 'config' | 'state'>): boolean {
  const { max_bytes: bytes, max_msgs: messages } = config;
  return (
    (bytes > 0 && state.bytes > bytes / 2) ||
    (messages > 0 && state.messages > messages / 2)
  );
}
