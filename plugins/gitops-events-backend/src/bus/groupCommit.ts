import { ServiceUnavailableError } from '@backstage/errors';
import { nextTick } from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';

interface Waiting<T, R> {
  items: T[];
  done(results: R[]): void;
  failed(error: Error): void;
}

/**
 * Writes together what arrived while the last write ran: sixteen callers cost
 * one commit instead of sixteen. One write at a time; callers are never split.
 */
export class GroupCommit<T, R> {
  private readonly options: {
    /** Writes them durably; results in the order given. */
    write(items: T[]): Promise<R[]>;
    /** About how many to write at once. */
    batchSize: number;
    /** How many may wait before further ones are turned away. */
    maxWaiting: number;
  };
  private waiting: Array<Waiting<T, R>> = [];
  private waitingItems = 0;
  private writing = false;

  constructor(options: GroupCommit<T, R>['options']) {
    this.options = options;
  }

  /** @throws ServiceUnavailableError when too many wait already. */
  submit(items: T[]): Promise<R[]> {
    if (items.length === 0) return Promise.resolve([]);
    const { maxWaiting } = this.options;
    if (
      this.waitingItems > 0 &&
      this.waitingItems + items.length > maxWaiting
    ) {
      return Promise.reject(
        new ServiceUnavailableError(
          `${this.waitingItems} events wait to be stored already; send it again in a moment`,
        ),
      );
    }
    return new Promise((done, failed) => {
      this.waiting.push({ items, done, failed });
      this.waitingItems += items.length;
      if (!this.writing) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    // All that is about to come in this very turn joins; who is alone waits for nobody.
    await new Promise<void>(nextTick);
    while (this.waiting.length > 0) {
      const group = this.take();
      try {
        const results = await this.options.write(
          group.flatMap(({ items }) => items),
        );
        let start = 0;
        for (const { items, done } of group) {
          done(results.slice(start, start + items.length));
          start += items.length;
        }
      } catch (error) {
        for (const { failed } of group) failed(error as Error);
      }
      // Those just answered may have their next event ready: let them join.
      await nextTurn();
      await nextTurn();
    }
    this.writing = false;
  }

  private take(): Array<Waiting<T, R>> {
    let count = 0;
    let size = 0;
    while (count < this.waiting.length && size < this.options.batchSize) {
      size += this.waiting[count].items.length;
      count += 1;
    }
    this.waitingItems -= size;
    return this.waiting.splice(0, count);
  }
}
