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

/** Events that wait to be decided, by the principal that brought them; under "" where nobody asks whose they are. */
type Waiting = Map<string, number>;

interface Count {
  waiting: Waiting;
  /** Until when it is believed. */
  untilMs: number;
}

type LimitedIngress = Pick<
  Ingress,
  'name' | 'eventsPerMinute' | 'maxUndecided' | 'perPrincipal'
>;

/** Who brings so many events. */
interface Bringing {
  principal: string;
  events: number;
}

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
 * decided, whoever took them. And how much of that each principal of it may
 * bring, so that one that floods leaves room for those beside it.
 */
export class IngressLimits {
  private readonly ingresses: ReadonlyMap<string, LimitedIngress>;
  private readonly rates = new Map<string, Rates>();
  private readonly principalRates = new Map<string, Rates>();
  private readonly counts = new RecentMap<Count>(REMEMBERED);
  private readonly counting = new Map<string, Promise<void>>();
  private readonly now: () => number;

  constructor(
    private readonly options: {
      ingresses: readonly LimitedIngress[];
      /** Events of an ingress that no sensor was asked about yet; counting stops at `atMost`. */
      undecided(ingress: string, atMost: number): Promise<number>;
      /** The same, by who brought them; it costs more. */
      undecidedBy(ingress: string, atMost: number): Promise<Waiting>;
      /** Milliseconds that never go back. */
      now?(): number;
    },
  ) {
    this.now = options.now ?? (() => performance.now());
    this.ingresses = new Map(options.ingresses.map(one => [one.name, one]));
    for (const { name, eventsPerMinute, perPrincipal } of options.ingresses) {
      if (eventsPerMinute !== undefined) {
        this.rates.set(name, new Rates(eventsPerMinute, options.now));
      }
      if (perPrincipal?.eventsPerMinute !== undefined) {
        const rates = new Rates(perPrincipal.eventsPerMinute, options.now);
        this.principalRates.set(name, rates);
      }
    }
  }

  /**
   * Takes so many events of an ingress on.
   *
   * @throws IngressLimited
   */
  async take(
    ingress: string,
    events: number,
    principal: string,
  ): Promise<void> {
    this.takeRate(ingress, { principal, events });
    const limited = this.ingresses.get(ingress);
    if (limited) await this.takeDepth(limited, { principal, events });
  }

  /** Who is refused takes nothing from the others of its ingress. */
  private takeRate(ingress: string, { principal, events }: Bringing): void {
    const own = this.principalRates.get(ingress);
    const all = this.rates.get(ingress);
    const key = `gitopsEvents.ingresses.${ingress}`;
    refuseRate(
      own,
      principal,
      `${principal} brought more than ${own?.perMinute} events a minute through the ingress ${ingress} (${key}.perPrincipal.eventsPerMinute).`,
    );
    refuseRate(
      all,
      ingress,
      `The ingress ${ingress} brought more than ${all?.perMinute} events a minute (${key}.eventsPerMinute).`,
    );
    own?.take(principal, events);
    all?.take(ingress, events);
  }

  private async takeDepth(
    limited: LimitedIngress,
    { principal, events }: Bringing,
  ): Promise<void> {
    const { name, maxUndecided: most, perPrincipal } = limited;
    if (most === undefined) return;
    const mostOfOne = perPrincipal?.maxUndecided;
    const known = this.counts.get(name);
    if (!known || this.now() > known.untilMs) {
      await within(COUNTING_MS, this.count(limited, most));
    }
    const { waiting, untilMs } = this.counts.get(name) ?? nothingKnown();
    const key = `gitopsEvents.ingresses.${name}`;
    const own = mostOfOne === undefined ? '' : principal;
    if (mostOfOne !== undefined && (waiting.get(own) ?? 0) >= mostOfOne) {
      throw new IngressLimited(
        'depth',
        `${mostOfOne} events of ${principal} wait to be decided in the ingress ${name} already (${key}.perPrincipal.maxUndecided).`,
        COUNTED_FOR_MS,
      );
    }
    if (sum(waiting) >= most) {
      throw new IngressLimited(
        'depth',
        `${most} events of the ingress ${name} wait to be decided already (${key}.maxUndecided).`,
        COUNTED_FOR_MS,
      );
    }
    waiting.set(own, (waiting.get(own) ?? 0) + events);
    this.counts.set(name, { untilMs, waiting });
  }

  /** Once for all who ask meanwhile. Where the database cannot say, what was known last counts: a broker takes events without it. */
  private count(limited: LimitedIngress, most: number): Promise<void> {
    const { name } = limited;
    const under = this.counting.get(name);
    if (under) return under;
    const begun = this.now();
    const counting = this.ask(limited, most)
      .catch(() => this.counts.get(name)?.waiting ?? new Map())
      .then(waiting => {
        const now = this.now();
        const forMs = Math.max(
          COUNTED_FOR_MS,
          COUNTED_FOR_TIMES * (now - begun),
        );
        this.counts.set(name, { waiting, untilMs: now + forMs });
      })
      .finally(() => this.counting.delete(name));
    this.counting.set(name, counting);
    return counting;
  }

  private async ask(
    { name, perPrincipal }: LimitedIngress,
    most: number,
  ): Promise<Waiting> {
    const { undecided, undecidedBy } = this.options;
    if (perPrincipal?.maxUndecided !== undefined) {
      return undecidedBy(name, most);
    }
    return new Map([['', await undecided(name, most)]]);
  }
}

function refuseRate(
  rates: Rates | undefined,
  sender: string,
  message: string,
): void {
  const waitMs = rates?.waitMs(sender) ?? 0;
  if (waitMs > 0) throw new IngressLimited('rate', message, waitMs);
}

function nothingKnown(): Count {
  return { waiting: new Map(), untilMs: -Infinity };
}

function sum(waiting: Waiting): number {
  return [...waiting.values()].reduce((total, count) => total + count, 0);
}
