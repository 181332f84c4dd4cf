import { applications, cloudEvent, type SentEvent } from './chaosSensor';
import type { ReplicaDoor } from './replicaMessages';

const SENDERS = 12;
/** Every third of them sends so many events of one application in one request. */
const BATCH = 3;
const ANSWER_MS = 5_000;

/**
 * Sends events until it is told to stop, and keeps its own list of those that
 * were acknowledged. What was not is sent again under the same id; the next
 * request of an application leaves only after the acknowledgement of its last.
 */
export class Sender {
  readonly acknowledged: SentEvent[] = [];
  /** Requests without an answer, or with a refusal. */
  repeated = 0;
  private stopping = false;
  private readonly working: Array<Promise<void>>;

  constructor(
    private readonly options: {
      /** Where to send to now; undefined while nobody is there. */
      door(): ReplicaDoor | undefined;
      /** Pause of each of the senders for an event, in milliseconds. */
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
    const size = first % BATCH === 0 ? BATCH : 1;
    for (let n = 1; !this.stopping; n += size) {
      for (
        let application = first;
        application < applications && !this.stopping;
        application += SENDERS
      ) {
        const numbers = Array.from({ length: size }, (_, at) => n + at);
        await this.send(numbers.map(each => ({ application, n: each })));
        await pause(this.options.pauseMs * size * (0.5 + Math.random()));
      }
    }
  }

  private async send(events: SentEvent[]): Promise<void> {
    while (!(await this.areAcknowledged(events))) {
      this.repeated += 1;
      await pause(30);
    }
    this.acknowledged.push(...events);
  }

  private async areAcknowledged(events: SentEvent[]): Promise<boolean> {
    const door = this.options.door();
    if (!door) return false;
    const several = events.length > 1;
    try {
      const response = await fetch(door.url, {
        method: 'POST',
        headers: {
          ...door.headers,
          'content-type': `application/cloudevents${several ? '-batch' : ''}+json`,
        },
        body: JSON.stringify(
          several ? events.map(cloudEvent) : cloudEvent(events[0]),
        ),
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
