import { RecentMap } from '@gitops-events/plugin-gitops-events-node';
import type { Ingress } from '../readIngresses';
import { Rates } from './rates';

/** How long a count of what waits is believed, in milliseconds. */
const COUNTED_FOR_MS = 2_000;
const REMEMBERED = 1_000;

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
  private readonly counts = new RecentMap<{ waiting: number; atMs: number }>(
    REMEMBERED,
  );

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
    await this.refuseDepth(ingress, events);
    rate?.take(ingress, events);
  }

  private async refuseDepth(ingress: string, events: number): Promise<void> {
    const most = this.options.ingresses.find(
      ({ name }) => name === ingress,
    )?.maxUndecided;
    if (most === undefined) return;
    const now = (this.options.now ?? (() => performance.now()))();
    let count = this.counts.get(ingress);
    if (!count || now - count.atMs > COUNTED_FOR_MS) {
      const waiting = await this.options.undecided(ingress, most);
      count = { waiting, atMs: now };
    }
    if (count.waiting >= most) {
      this.counts.set(ingress, count);
      throw new IngressLimited(
        'depth',
        `${most} events of the ingress ${ingress} wait to be decided already (gitopsEvents.ingresses.${ingress}.maxUndecided).`,
        COUNTED_FOR_MS,
      );
    }
    this.counts.set(ingress, { ...count, waiting: count.waiting + events });
  }
}
