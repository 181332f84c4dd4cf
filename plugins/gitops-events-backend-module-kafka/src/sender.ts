import {
  Partitioners,
  type Kafka,
  type Producer,
  type TopicMessages,
} from 'kafkajs';

/**
 * Sends batches one after the other: an idempotent producer keeps the order of
 * a partition only as long as the next one waits for the answer. One that
 * failed is left behind; what it may have sent all the same is known by its
 * identity when it is taken in.
 */
export class Sender {
  private producer: Promise<Producer> | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly kafka: Kafka) {}

  /** Resolves once every replica in sync has it. */
  send(topicMessages: TopicMessages[]): Promise<void> {
    const sent = this.last.then(() => this.sendNow(topicMessages));
    this.last = sent.catch(() => {});
    return sent;
  }

  async stop(): Promise<void> {
    await this.last;
    await this.leave();
  }

  private async sendNow(topicMessages: TopicMessages[]): Promise<void> {
    try {
      this.producer ??= connect(this.kafka);
      const producer = await this.producer;
      await producer.sendBatch({ acks: -1, topicMessages });
    } catch (error) {
      await this.leave();
      throw error;
    }
  }

  private async leave(): Promise<void> {
    const { producer } = this;
    this.producer = undefined;
    await producer?.then(one => one.disconnect()).catch(() => {});
  }
}

async function connect(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    metadataMaxAge: 10_000,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
  try {
    await producer.connect();
    return producer;
  } catch (error) {
    await producer.disconnect().catch(() => {});
    throw error;
  }
}
