import { RecentMap } from '@gitops-events/plugin-gitops-events-node';
import type { Ingress } from '../readIngresses';
import { within } from '../within';
import { Rates } from './rates';

/** So long a count of what waits is believed at least, in milliseconds. */
const COUNTED_FOR_MS = 2_000;
/** And so many times as long as it took: counting is never what keeps the database busy. */
const COUNTED_FOR_TIMES = 20;
const REMEMBERED = 1_000;

/** Who brings events waits so long for a count. */
const COUNTING_MS = 1_000;

interface Count {
  waiting: number;
  /** Until when it is believed. */
  untilMs: number;
}

const nothingKnown: Count = { waiting: 0, untilMs: -Infinity };

/** An ingress brought more than it may. Nothing of the request is stored. */
export class IngressLimited extends Error {
  readonly name = 'IngressLimited';

  constructor(
    /** `rate`: too many a minute. `depth`: too many wait to be decided. */
    readonly limit: 'rate' | 'depth',
    message: string,
    /** When it may come again. */
    readonly waitMs: number,
  ) {
    super(message);
  }
}

/**
 * How much each ingress may bring, so that a storm in one leaves the others
 * alone: events a minute through this replica, and events of it that wait to be
 * decided, whoever took them.
 */
export class IngressLimits {
  private readonly rates = new Map<string, Rates>();
  private readonly counts = new RecentMap<Count>(REMEMBERED);
  private readonly counting = new Map<string, Promise<void>>();
  private readonly now: () => number;

  constructor(
    private readonly options: {
      ingresses: ReadonlyArray<
        Pick<Ingress, 'name' | 'eventsPerMinute' | 'maxUndecided'>
      >;
      /** Events of an ingress that no sensor was asked about yet; counting stops at `atMost`. */
      undecided(ingress: string, atMost: number): Promise<number>;
      /** Milliseconds that never go back. */
      now?(): number;
    },
  ) {
    this.now = options.now ?? (() => performance.now());
    for (const { name, eventsPerMinute } of options.ingresses) {
      if (eventsPerMinute !== undefined) {
        this.rates.set(name, new Rates(eventsPerMinute, options.now));
      }
    }
  }

  /**
   * Takes so many events of an ingress on.
   *
   * @throws IngressLimited
   */
  async take(ingress: string, events: number): Promise<void> {
    const rate = this.rates.get(ingress);
    const waitMs = rate?.waitMs(ingress) ?? 0;
    if (rate && waitMs > 0) {
      throw new IngressLimited(
        'rate',
        `The ingress ${ingress} brought more than ${rate.perMinute} events a minute (gitopsEvents.ingresses.${ingress}.eventsPerMinute).`,
        waitMs,
      );
    }
    rate?.take(ingress, events);
    await this.refuseDepth(ingress, events);
  }

  private async refuseDepth(ingress: string, events: number): Promise<void> {
    const most = this.options.ingresses.find(
      ({ name }) => name === ingress,
    )?.maxUndecided;
    if (most === undefined) return;
    const known = this.counts.get(ingress);
    if (!known || this.now() > known.untilMs) {
      await within(COUNTING_MS, this.count(ingress, most));
    }
    const { waiting, untilMs } = this.counts.get(ingress) ?? nothingKnown;
    if (waiting >= most) {
      throw new IngressLimited(
        'depth',
        `${most} events of the ingress ${ingress} wait to be decided already (gitopsEvents.ingresses.${ingress}.maxUndecided).`,
        COUNTED_FOR_MS,
      );
    }
    this.counts.set(ingress, { untilMs, waiting: waiting + events });
  }

  /** Once for all who ask meanwhile. Where the database cannot say, what was known last counts: a broker takes events without it. */
  private count(ingress: string, most: number): Promise<void> {
    const under = this.counting.get(ingress);
    if (under) return under;
    const begun = this.now();
    const counting = this.options
      .undecided(ingress, most)
      .catch(() => this.counts.get(ingress)?.waiting ?? 0)
      .then(waiting => {
        const now = this.now();
        const forMs = Math.max(
          COUNTED_FOR_MS,
          COUNTED_FOR_TIMES * (now - begun),
        );
        this.counts.set(ingress, { waiting, untilMs: now + forMs });
      })
      .finally(() => this.counting.delete(ingress));
    this.counting.set(ingress, counting);
    return counting;
  }
}
