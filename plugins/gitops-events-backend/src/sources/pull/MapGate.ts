import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadMessage } from './readMessage';

const OVERRUN_MS = 2_000;

/**
 * Everybody's expressions share a thread. A source has one turn in it at a time,
 * however many partitions it has, and rests after an expression that overran.
 */
export class MapGate {
  private last: Promise<void> = Promise.resolve();

  /** @throws what the signal says once it is aborted */
  async pass(
    evaluate: () => Promise<ReadMessage>,
    signal: AbortSignal,
  ): Promise<ReadMessage> {
    signal.throwIfAborted();
    const before = this.last;
    let end = () => {};
    this.last = new Promise(done => {
      end = done;
    });
    try {
      await orAborted(before, signal);
      const found = await evaluate();
      if ('overran' in found && found.overran) {
        await sleep(OVERRUN_MS, undefined, { signal });
      }
      return found;
    } finally {
      // Who goes away while it waits lets nobody pass those before it.
      void before.then(end);
    }
  }
}

function orAborted(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    void turn.then(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
  });
}
