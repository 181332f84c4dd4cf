import type { LoggerService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';
import type { IntakeView } from '@gitops-events/plugin-gitops-events-common';
import {
  RecentMap,
  type BrokerHealth,
  type EventBroker,
  type EventBus,
  type IncomingEvent,
  type PublishOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { crashPoint } from '../../pipeline/crashPoint';
import { groupBy } from '../../timeline/groupBy';
import { GroupCommit } from '../groupCommit';
import { isStorable, notStorable } from '../publish';
import { readIntakeViews } from './readIntakeViews';

const SEND_EVENTS = 500;
const MAX_WAITING_EVENTS = 10_000;
const REMEMBERED = 50_000;
const PATIENCE_MS = 10_000;
const SURELY_UNREAD_MS = 5_000;

/** What stands before the log, as the API asks it. */
export interface Transport {
  health(): BrokerHealth;
  intakes(): Promise<IntakeView[]>;
  /** Whether an event may have been acknowledged that the log does not have yet. */
  mayBeUnread(uid: string): Promise<boolean>;
}

/**
 * The log with a broker before it: what the broker acknowledged is accepted,
 * and the intake brings it into the log, from which all else goes on.
 */
export class BrokeredBus implements EventBus, Transport {
  readonly kind: string;
  /** One an ingress and route, so that a storm in one, or a failure of the other, fills only its own queue. */
  private readonly sends = new Map<
    string,
    GroupCommit<IncomingEvent, PublishOutcome>
  >();
  /** When, by the monotonic clock: so that not each question goes to the broker. */
  private readonly acknowledged = new RecentMap<number>(REMEMBERED);

  constructor(
    private readonly options: {
      broker: EventBroker;
      log: EventBus;
      knex: Knex;
      /** Whether less than a disk or several brokers will do. */
      relaxed: boolean;
      logger: LoggerService;
    },
  ) {
    this.kind = options.broker.kind;
  }

  get durability() {
    return this.options.broker.durability;
  }

  /**
   * Resolves once the broker answered, or a while later: then it is tried on,
   * and nothing is acknowledged until it does.
   *
   * @throws Error where it keeps less than was promised
   */
  async start(patienceMs = PATIENCE_MS): Promise<void> {
    const { broker, logger } = this.options;
    const started = broker.start().then(() => true);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<boolean>(done => {
      timer = setTimeout(() => done(false), patienceMs);
    });
    try {
      const answered = await Promise.race([started, patience]);
      if (answered && this.isTooLittle()) throw new Error(this.tooLittle());
      if (!answered) {
        logger.warn(
          `The bus ${this.kind} does not answer yet: ${broker.health().message ?? 'no answer'}. It is tried on; until then events are refused with 503.`,
        );
        started.catch(error => logger.error(`${this.kind}: ${error}`));
      }
    } catch (error) {
      await broker.stop();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async publish(events: IncomingEvent[]): Promise<PublishOutcome[]> {
    if (this.durability === undefined) {
      throw new ServiceUnavailableError(
        `The bus ${this.kind} does not answer; send it again in a moment`,
      );
    }
    const outcomes = new Map<IncomingEvent, PublishOutcome>();
    const storable = events.filter(event => isStorable({ event }));
    await Promise.all(
      Array.from(
        groupBy(storable, event => this.queueOf(event)),
        async ([queue, group]) => {
          const told = await this.sendsOf(queue).submit(group);
          group.forEach((event, at) => outcomes.set(event, told[at]));
        },
      ),
    );
    return events.map(event => {
      const outcome = outcomes.get(event) ?? notStorable;
      if (outcome.result !== 'refused') {
        this.acknowledged.set(event.uid, performance.now());
      }
      return outcome;
    });
  }

  partitions: EventBus['partitions'] = () => this.options.log.partitions();
  read: EventBus['read'] = options => this.options.log.read(options);
  status: EventBus['status'] = positions => this.options.log.status(positions);

  health(): BrokerHealth {
    return this.options.broker.health();
  }

  intakes(): Promise<IntakeView[]> {
    const { knex, broker } = this.options;
    return readIntakeViews(knex, broker);
  }

  async mayBeUnread(uid: string): Promise<boolean> {
    const known = await this.options
      .knex('event_identities')
      .where({ uid })
      .first('uid');
    if (known) return false;
    const since = performance.now() - (this.acknowledged.get(uid) ?? -Infinity);
    if (since < SURELY_UNREAD_MS) return true;
    return (await this.intakes()).some(({ behind, retired }) =>
      behind === undefined ? !retired : behind > 0,
    );
  }

  /** @throws ServiceUnavailableError where an acknowledgement would mean too little */
  private queueOf(event: IncomingEvent): string {
    const { name, durability = this.durability } =
      this.options.broker.route?.(event) ?? {};
    if (this.isTooLittle(durability)) {
      throw new ServiceUnavailableError(this.tooLittle());
    }
    return JSON.stringify([event.ingress, name]);
  }

  private sendsOf(queue: string): GroupCommit<IncomingEvent, PublishOutcome> {
    const known = this.sends.get(queue);
    if (known) return known;
    const sends = new GroupCommit<IncomingEvent, PublishOutcome>({
      write: async group => {
        const outcomes = await this.options.broker.publish(group);
        crashPoint('accept');
        return outcomes;
      },
      batchSize: SEND_EVENTS,
      maxWaiting: MAX_WAITING_EVENTS,
    });
    this.sends.set(queue, sends);
    return sends;
  }

  private isTooLittle(durability = this.durability): boolean {
    return durability === 'relaxed' && !this.options.relaxed;
  }

  private tooLittle(): string {
    return `The bus ${this.kind} could lose what it acknowledged: too few brokers hold it. Let at least two of three confirm each event, or accept that with gitopsEvents.bus.durability: relaxed.`;
  }
}
