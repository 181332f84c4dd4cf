import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { EventBroker } from '@gitops-events/plugin-gitops-events-node';

/**
 * Whether a reader hears what is in its partition. A process that lives and a
 * broker that answers prove nothing: so where it was quiet for a while, a probe
 * goes in, and has to come through within as long again.
 */
export class Hearing {
  private heardAt = performance.now();
  private busy = false;
  private probe: { sentAt?: number } | undefined;

  constructor(
    private readonly options: {
      broker: Pick<EventBroker, 'probe' | 'health'>;
      partition: string;
      /** Milliseconds of quiet before a probe is sent, and until it must be back. */
      quietMs: number;
    },
  ) {}

  /** Around whatever is done with what came through. */
  async while<T>(work: () => Promise<T>): Promise<T> {
    this.busy = true;
    try {
      return await work();
    } finally {
      this.busy = false;
      this.heardAt = performance.now();
      this.probe = undefined;
    }
  }

  /** Call it now and then; false once a probe did not come through. */
  check(): boolean {
    const { broker, quietMs } = this.options;
    const now = performance.now();
    // Who is at work has heard; a broker that is down is shown as that.
    if (this.busy || broker.health().state === 'down') {
      this.heardAt = now;
      this.probe = undefined;
    } else if (this.probe) {
      const { sentAt } = this.probe;
      return sentAt === undefined || now - sentAt < quietMs;
    } else if (now - this.heardAt >= quietMs) {
      this.send();
    }
    return true;
  }

  /** Waits for nothing: the lease is kept by whoever checks. */
  private send(): void {
    const { broker, partition } = this.options;
    const probe: { sentAt?: number } = {};
    this.probe = probe;
    broker.probe(partition, randomUUID()).then(
      () => {
        probe.sentAt = performance.now();
      },
      () => {
        // Nothing can come through that did not go in.
        if (this.probe === probe) this.probe = undefined;
        this.heardAt = performance.now();
      },
    );
  }
}
