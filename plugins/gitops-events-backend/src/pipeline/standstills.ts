import type { Standstill } from '@gitops-events/plugin-gitops-events-common';
import { internalFailure } from '../shownFailure';

/** Failures in a row before somebody is told: a database that restarts needs nobody. */
const patience = 3;

/**
 * Partitions whose next event cannot be decided, and sensors whose timers cannot
 * be fired, for a reason nobody foresaw. They are tried again for ever, and
 * nothing behind is lost; but it waits, so people must see that. Why is for the
 * log: everybody reads this. It is what one replica saw.
 */
export class Standstills {
  private readonly failures = new Map<
    string,
    { since: number; times: number }
  >();

  failed(partition: string, now: number): void {
    const known = this.failures.get(partition);
    this.failures.set(partition, {
      since: known?.since ?? now,
      times: (known?.times ?? 0) + 1,
    });
  }

  moved(partition: string): void {
    this.failures.delete(partition);
  }

  list(): Standstill[] {
    return [...this.failures]
      .filter(([, { times }]) => times >= patience)
      .map(([partition, { since }]) => ({
        partition,
        message: internalFailure(partition),
        since: new Date(since).toISOString(),
      }));
  }
}
