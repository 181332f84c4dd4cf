import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Kafka } from 'kafkajs';
import type {
  EventSource,
  PullSource,
  SourceBegin,
  SourcePartition,
  SourcePosition,
} from '@gitops-events/plugin-gitops-events-node';
import { createClient } from './client';
import { readBounds, readPartitions, type Cluster } from './cluster';
import type { KafkaConfig } from './config';
import { Connection } from './connection';
import { placeOf, positionOf, readPartition } from './partitionReader';
import { isWritten, style } from './records';
import { readSourceConfig, type KafkaSourceConfig } from './sourceConfig';
import { messageOf } from './sourceMessage';
import { inWords, isMissing } from './troubles';
import { writtenSince } from './writtenSince';

/**
 * Reads topics of others from positions that are not kept there: no consumer
 * group, nothing committed, and no right but to read and describe them. A
 * topic fails alone.
 */
export class KafkaSource implements PullSource {
  readonly headerStyle = style;
  private readonly kafka: Kafka;
  private readonly topics: ReadonlyMap<string, Connection>;
  private readonly ending = new AbortController();
  private readonly reads = new Set<Promise<void>>();

  constructor(
    private readonly config: KafkaSourceConfig,
    private readonly logger: Pick<LoggerService, 'debug'>,
  ) {
    const kafka = createClient(config, logger);
    this.kafka = kafka;
    this.topics = new Map(
      config.topics.map(topic => [topic, new Connection(kafka)]),
    );
  }

  async partitions() {
    const found: SourcePartition[] = [];
    const troubles: string[] = [];
    const missing: string[] = [];
    await Promise.all(
      Array.from(this.topics.keys(), async topic => {
        try {
          const partitions = await this.ask(topic, cluster =>
            readPartitions(cluster, topic),
          );
          for (const { partitionId } of partitions) {
            found.push({ partition: `${topic}:${partitionId}`, topic });
          }
        } catch (error) {
          troubles.push(this.inWords(topic, error));
          if (isMissing(error)) missing.push(topic);
        }
      }),
    );
    return {
      ...{ found, missing },
      ...(troubles.length > 0 && { trouble: troubles.sort().join(' ') }),
    };
  }

  hasTopic(topic: string): boolean {
    return this.topics.has(topic);
  }

  async position(name: string, from: SourceBegin) {
    const { topic, partition } = this.place(name);
    return this.ask(topic, async cluster => {
      const all = await readBounds(cluster, topic, [partition]);
      const bounds = all.get(partition)!;
      if (from === 'oldest') return positionOf({ offset: bounds.oldest });
      if (from === 'newest') return positionOf({ offset: bounds.next });
      const place = { topic, partition };
      const offset = await writtenSince(cluster, place, bounds, from.since);
      return positionOf({ offset });
    });
  }

  async start(options: Parameters<PullSource['start']>[0]): Promise<void> {
    const { partition: name, position, emit, trouble } = options;
    const { topic, partition } = this.place(name);
    const reading = readPartition(
      {
        ...{ kafka: this.kafka, name, topic, partition },
        signal: AbortSignal.any([options.signal, this.ending.signal]),
        onRecords: (records, next) =>
          emit({
            messages: records
              .filter(isWritten)
              .map(record => messageOf(topic, partition, record)),
            position: positionOf(next),
          }),
        trouble: error =>
          trouble(error === undefined ? undefined : this.inWords(topic, error)),
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

  async lag(positions: ReadonlyMap<string, SourcePosition>) {
    const lags = new Map<string, number>();
    await Promise.all(
      Array.from(this.topics.keys(), async topic => {
        const its = [...positions.keys()]
          .map(name => ({ name, ...this.place(name) }))
          .filter(one => one.topic === topic);
        if (its.length === 0) return;
        const bounds = await this.ask(topic, cluster =>
          readBounds(
            cluster,
            topic,
            its.map(({ partition }) => partition),
          ),
        ).catch(() => undefined);
        for (const { name, partition } of its) {
          const end = bounds?.get(partition)?.next;
          if (end === undefined) continue;
          const { offset } = placeOf(positions.get(name));
          lags.set(name, Math.max(Number(end - offset), 0));
        }
      }),
    );
    return lags;
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await Promise.allSettled(this.reads);
    await Promise.all(
      Array.from(this.topics.values(), connection => connection.stop()),
    );
  }

  private async ask<T>(
    topic: string,
    question: (cluster: Cluster) => Promise<T>,
  ): Promise<T> {
    if (this.ending.signal.aborted) throw new Error('It was stopped.');
    return this.topics.get(topic)!.ask(question);
  }

  private inWords(topic: string, error: unknown): string {
    this.logger.debug(`kafka source, ${topic}: ${error}`);
    return `The topic ${topic}: ${inWords(error, this.config)}`;
  }

  private place(name: string): { topic: string; partition: number } {
    const at = name.lastIndexOf(':');
    return { topic: name.slice(0, at), partition: Number(name.slice(at + 1)) };
  }
}

/** The kind `kafka`: topics that others write to. */
export const kafkaEventSource = (
  bus: KafkaConfig | undefined,
): EventSource => ({
  kind: 'kafka',
  pull: ({ config, key, logger }) =>
    new KafkaSource(readSourceConfig(config, key, bus), logger),
});
