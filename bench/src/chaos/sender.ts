import { applications, eventBody, type SentEvent } from './chaosSensor';
import type { ReplicaDoor } from './replicaMessages';

const SENDERS = 12;
const ANSWER_MS = 5_000;

/**
 * Sends events until it is told to stop, and keeps its own list of those that
 * were acknowledged. What was not is sent again under the same id; the next
 * event of an application leaves only after the acknowledgement of its last.
 */
export class Sender {
  readonly acknowledged: SentEvent[] = [];
  /** Sendings without an answer, or with a refusal. */
  repeated = 0;
  private stopping = false;
  private readonly working: Array<Promise<void>>;

  constructor(
    private readonly options: {
      /** Where to send to now; undefined while nobody is there. */
      door(): ReplicaDoor | undefined;
      /** Pause of each of the senders between two events, in milliseconds. */
      pauseMs: number;
    },
  ) {
    this.working = Array.from({ length: SENDERS }, (_, n) => this.sendAll(n));
  }

  /** Resolves when every event that was begun is acknowledged. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.working);
  }

  private async sendAll(first: number): Promise<void> {
    for (let n = 1; !this.stopping; n++) {
      for (
        let application = first;
        application < applications && !this.stopping;
        application += SENDERS
      ) {
        await this.send({ application, n });
        await pause(this.options.pauseMs * (0.5 + Math.random()));
      }
    }
  }

  private async send(event: SentEvent): Promise<void> {
    while (!(await this.isAcknowledged(event))) {
      this.repeated += 1;
      await pause(30);
    }
    this.acknowledged.push(event);
  }

  private async isAcknowledged(event: SentEvent): Promise<boolean> {
    const door = this.options.door();
    if (!door) return false;
    try {
      const response = await fetch(door.url, {
        method: 'POST',
        headers: {
          ...door.headers,
          'content-type': 'application/cloudevents+json',
        },
        body: eventBody(event),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      await response.arrayBuffer();
      return response.status === 202;
    } catch {
      return false;
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
