import { RecentMap } from '@gitops-events/plugin-gitops-events-node';

const MINUTE_MS = 60_000;
/** Who was not heard of for longest starts anew; a full minute makes up for it. */
const REMEMBERED = 10_000;

/** What is left of a sender's minute; below zero it is owed. */
interface Bucket {
  left: number;
  atMs: number;
}

/**
 * How many events each sender may bring to this replica: a minute's worth at
 * once, and as many a minute. A batch is never cut: what it takes too much is
 * waited for by the next request.
 */
export class Rates {
  private readonly buckets = new RecentMap<Bucket>(REMEMBERED);

  /**
   * @param perMinute - events
   * @param now - milliseconds that never go back
   */
  constructor(
    readonly perMinute: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Milliseconds until this sender may send again; 0 when it may now. */
  waitMs(sender: string): number {
    const { left } = this.bucketOf(sender);
    return left >= 1 ? 0 : ((1 - left) / this.perMinute) * MINUTE_MS;
  }

  take(sender: string, events: number): void {
    const { left, atMs } = this.bucketOf(sender);
    this.buckets.set(sender, { left: left - events, atMs });
  }

  private bucketOf(sender: string): Bucket {
    const atMs = this.now();
    const before = this.buckets.get(sender);
    if (!before) return { left: this.perMinute, atMs };
    const gained = ((atMs - before.atMs) / MINUTE_MS) * this.perMinute;
    return { left: Math.min(this.perMinute, before.left + gained), atMs };
  }
}
