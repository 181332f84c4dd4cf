import { kindOf, noAnswers, type Answers } from './answers';
import { applications, cloudEvent, type SentEvent } from './chaosSensor';
import type { ReplicaDoor } from './replicaMessages';

const SENDERS = 12;
/** Every third of them sends so many events of one application in one request. */
const BATCH = 3;
/** Not long, so that not all of them wait for one replica that stands still. */
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
  /** How long a request may wait for its answer, in milliseconds. */
  patienceMs = ANSWER_MS;
  /** A new one with each answer. */
  answers: Answers = noAnswers;
  private stopping = false;
  private readonly working: Array<Promise<void>>;

  constructor(
    private readonly options: {
      /** Where to send to now; undefined while nobody is there. */
      door(): ReplicaDoor | undefined;
      /** Pause of each of the senders for an event, in milliseconds. */
      pauseMs: number;
      /** Each event in a request of its own. */
      single?: boolean;
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
    const size = first % BATCH === 0 && !this.options.single ? BATCH : 1;
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
    const kind = kindOf(await this.post(door, events).catch(() => undefined));
    this.answers = { ...this.answers, [kind]: this.answers[kind] + 1 };
    return kind === 'accepted';
  }

  private async post(
    { url, headers, plain }: ReplicaDoor,
    events: SentEvent[],
  ): Promise<Response> {
    const several = events.length > 1;
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': plain
          ? 'application/json'
          : `application/cloudevents${several ? '-batch' : ''}+json`,
      },
      body: JSON.stringify(
        several ? events.map(cloudEvent) : cloudEvent(events[0]),
      ),
      signal: AbortSignal.timeout(this.patienceMs),
    });
    await response.arrayBuffer();
    return response;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
