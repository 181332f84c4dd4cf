import type { Nudges, NudgeTopic } from '../nudges';

/** Remembers nudges that come while one is busy, so that none is slept over. */
export function listen(
  nudges: Nudges,
  topic: NudgeTopic,
): {
  /** Resolves at the next nudge, after `ms`, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  stop(): void;
} {
  let nudged = false;
  let wake: (() => void) | undefined;
  const stop = nudges.on(topic, () => {
    nudged = true;
    wake?.();
  });
  return {
    stop,
    wait: async (ms, signal) => {
      if (!nudged && !signal.aborted) {
        await new Promise<void>(done => {
          const timer = setTimeout(done, ms);
          wake = () => {
            clearTimeout(timer);
            done();
          };
          signal.addEventListener('abort', wake, { once: true });
        });
        signal.removeEventListener('abort', wake!);
        wake = undefined;
      }
      nudged = false;
    },
  };
}
