import type { Kafka } from 'kafkajs';
import { connectCluster, type Cluster } from './cluster';

/** A connection that questions share; whoever fails on it leaves it behind. */
export class Connection {
  private cluster: Promise<Cluster> | undefined;

  constructor(private readonly kafka: Kafka) {}

  async ask<T>(question: (cluster: Cluster) => Promise<T>): Promise<T> {
    this.cluster ??= connectCluster(this.kafka);
    const asked = this.cluster;
    try {
      return await question(await asked);
    } catch (error) {
      if (this.cluster === asked) this.cluster = undefined;
      await asked.then(one => one.disconnect()).catch(() => {});
      throw error;
    }
  }

  async stop(): Promise<void> {
    const cluster = await this.cluster?.catch(() => undefined);
    this.cluster = undefined;
    await cluster?.disconnect();
  }
}
