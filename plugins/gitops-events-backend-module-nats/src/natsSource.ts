import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  EventSource,
  PullSource,
  SourceBegin,
  SourceMessage,
  SourcePosition,
} from '@gitops-events/plugin-gitops-events-node';
import type { NatsConfig } from './config';
import { LinkKeeper } from './link';
import { style, type StoredMessage } from './messages';
import { placeOf, positionOf } from './place';
import { readSourceConfig, type NatsSourceConfig } from './sourceConfig';
import { readStream } from './streamReader';
import { inWords, isMissing, mayBeCutOff } from './troubles';
import { writtenSince } from './writtenSince';

/**
 * Reads a stream of others from numbers that are not kept there: a consumer of
 * the server's memory that acknowledges nothing.
 */
export class NatsSource implements PullSource {
  readonly headerStyle = style;
  private readonly links: LinkKeeper;
  private readonly ending = new AbortController();
  private readonly reads = new Set<Promise<void>>();

  constructor(
    private readonly config: NatsSourceConfig,
    private readonly logger: Pick<LoggerService, 'debug'>,
  ) {
    this.links = new LinkKeeper(config);
  }

  async partitions() {
    const { stream } = this.config;
    try {
      const { manager } = await this.links.get();
      await manager.streams.info(stream);
      this.links.judge(true);
      return { found: [{ partition: stream, topic: stream }] };
    } catch (error) {
      this.links.judge(!mayBeCutOff(error));
      const missing = isMissing(error) ? [stream] : [];
      return { found: [], missing, trouble: this.inWords(error) };
    }
  }

  hasTopic(stream: string): boolean {
    return stream === this.config.stream;
  }

  async position(stream: string, from: SourceBegin) {
    const { manager } = await this.links.get();
    const { created, state } = await manager.streams.info(stream);
    const { first_seq: first, last_seq: last } = state;
    if (from === 'newest') return positionOf({ seq: last, created });
    const oldest = Math.max(first, 1) - 1;
    if (from === 'oldest') return positionOf({ seq: oldest, created });
    const bounds = { first, last };
    const seq = await writtenSince(manager, stream, bounds, from.since);
    return positionOf({ seq, created });
  }

  async start(options: Parameters<PullSource['start']>[0]): Promise<void> {
    const { partition, position, emit, trouble } = options;
    const { subjects } = this.config;
    const reading = readStream(
      {
        ...{ links: this.links, name: partition, subjects, isForeign: true },
        signal: AbortSignal.any([options.signal, this.ending.signal]),
        onMessages: (messages, next) =>
          emit({
            messages: messages.map(one => messageOf(partition, one)),
            position: positionOf(next),
          }),
        trouble: error => {
          this.links.judge(error === undefined || !mayBeCutOff(error));
          trouble(error === undefined ? undefined : this.inWords(error));
        },
      },
      placeOf(position),
    );
    this.reads.add(reading);
    try {
      await reading;
    } finally {
      this.reads.delete(reading);
    }
  }

  /** Also of the subjects that are not wanted: a stream counts its messages together. */
  async lag(positions: ReadonlyMap<string, SourcePosition>) {
    const lags = new Map<string, number>();
    for (const [stream, position] of positions) {
      try {
        const { quick } = await this.links.get();
        const { state } = await quick.streams.info(stream);
        const beyond = state.last_seq - placeOf(position).seq;
        lags.set(stream, Math.max(beyond, 0));
      } catch {
        // Who cannot be asked says nothing.
      }
    }
    return lags;
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await Promise.allSettled(this.reads);
    await this.links.stop();
  }

  private inWords(error: unknown): string {
    const { stream, key } = this.config;
    this.logger.debug(`nats source, ${stream}: ${error}`);
    return `The stream ${stream}: ${inWords(error, key)}`;
  }
}

function messageOf(stream: string, message: StoredMessage): SourceMessage {
  const { subject, seq, time, headers, payload } = message;
  return {
    place: `${stream}/${seq}`,
    ...{ topic: subject, partition: 0, offset: seq, timestamp: time },
    value: payload,
    headers: (headers?.keys() ?? []).flatMap(name =>
      headers!.values(name).map((text): [string, string] => [name, text]),
    ),
  };
}

/** The kind `nats`: a stream that others fill. */
export const natsEventSource = (bus: NatsConfig | undefined): EventSource => ({
  kind: 'nats',
  pull: ({ config, key, logger }) =>
    new NatsSource(readSourceConfig(config, key, bus), logger),
});
