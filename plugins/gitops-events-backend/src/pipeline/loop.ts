import type { LoggerService } from '@backstage/backend-plugin-api';

/** A running loop. */
export interface Loop {
  /** Look now. A lost nudge costs latency, never work: the loop also polls. */
  nudge(): void;
  /** Resolves when the turn under way has ended. */
  stop(): Promise<void>;
}

/**
 * The one loop of this plugin. Calls `turn` until it says that there is nothing
 * more to do (false, or milliseconds until it is due again), then waits for a
 * nudge or `pollMs`. A turn that throws is our bug or a lost database: it is
 * logged and tried again after a growing pause, nothing else stops.
 */
export function startLoop(options: {
  name: string;
  turn(signal: AbortSignal): Promise<boolean | number>;
  pollMs: number;
  logger: LoggerService;
}): Loop {
  const { name, turn, pollMs, logger } = options;
  const abort = new AbortController();
  let nudged = false;
  let failures = 0;
  let pausing: { wakeable: boolean; end(): void } | undefined;

  const nudge = () => {
    nudged = true;
    if (pausing?.wakeable) pausing.end();
  };

  const pause = (ms: number, wakeable: boolean) =>
    new Promise<void>(done => {
      const timer = setTimeout(() => pausing?.end(), ms);
      pausing = {
        wakeable,
        end() {
          clearTimeout(timer);
          pausing = undefined;
          done();
        },
      };
      if (abort.signal.aborted || (wakeable && nudged)) pausing.end();
    });

  const run = async () => {
    while (!abort.signal.aborted) {
      nudged = false;
      try {
        const more = await turn(abort.signal);
        failures = 0;
        if (more !== true) {
          const wait =
            more === false ? pollMs : Math.min(Math.max(more, 0), pollMs);
          await pause(wait, true);
        }
      } catch (error) {
        if (abort.signal.aborted) return;
        failures += 1;
        logger.error(`${name}: a turn failed, trying again`, error as Error);
        await pause(Math.min(50 * 2 ** failures, 5_000), false);
      }
    }
  };

  const running = run();
  return {
    nudge,
    stop: async () => {
      abort.abort();
      pausing?.end();
      await running;
    },
  };
}
