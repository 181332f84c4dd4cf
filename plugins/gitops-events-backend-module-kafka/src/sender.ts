import { setTimeout as sleep } from 'node:timers/promises';
import {
  Partitioners,
  type Kafka,
  type Producer,
  type TopicMessages,
} from 'kafkajs';
import { isTooLarge } from './troubles';

const ATTEMPTS = 4;
/** Who waits for an answer is told soon; after so long no other attempt begins. */
const PATIENCE_MS = 5_000;

/**
 * Sends batches one after the other, each whole: so the order of a partition is
 * kept, and where one failed it is sent again by a new producer. What came twice
 * by that is known by its identity when it is taken in. kafkajs's idempotent
 * producer would insist on second tries of its own, and those leave out what
 * belongs by then to a broker that has answered.
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
    const begun = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        this.producer ??= connect(this.kafka);
        const producer = await this.producer;
        await producer.sendBatch({ acks: -1, topicMessages });
        return;
      } catch (error) {
        await this.leave();
        const isLate = performance.now() - begun > PATIENCE_MS;
        if (attempt === ATTEMPTS || isLate || isTooLarge(error)) throw error;
        await sleep(50 * 2 ** attempt);
      }
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
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    metadataMaxAge: 10_000,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries: 0 },
  });
  try {
    await producer.connect();
    return producer;
  } catch (error) {
    await producer.disconnect().catch(() => {});
    throw error;
  }
}
