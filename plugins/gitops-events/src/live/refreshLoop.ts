/** A running loop; {@link startRefreshLoop}. */
export interface RefreshLoop {
  /** Something may have changed: load soon. Calls that come while one is due fall together. */
  nudge(): void;
  /** Load at once. */
  wake(): void;
  stop(): void;
}

/**
 * Loads, waits, loads again. A nudge shortens the wait by loading after a
 * short random delay, so that a thousand open pages do not ask in the same
 * millisecond. At most one load is under way; nudges during it cause exactly
 * one more, because its answer may be older than the last of them.
 */
export function startRefreshLoop(options: {
  load: (signal: AbortSignal) => Promise<void>;
  /** Milliseconds until the next poll; asked after each load. Undefined: none, until nudged. */
  pause: () => number | undefined;
  /** Whether anybody sees the result. Without a viewer nothing is loaded. */
  visible?: () => boolean;
  jitterMs?: number;
  random?: () => number;
}): RefreshLoop {
  const { load, pause, visible = () => true } = options;
  const { jitterMs = 150, random = Math.random } = options;
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let loading = false;
  let again = false;
  let nudged = false;

  const schedule = (ms: number | undefined) => {
    clearTimeout(timer);
    timer = ms === undefined ? undefined : setTimeout(() => void run(), ms);
  };

  function nudge() {
    if (abort.signal.aborted) return;
    if (loading) again = true;
    else if (!nudged) {
      nudged = true;
      schedule(random() * jitterMs);
    }
  }

  async function run() {
    if (abort.signal.aborted) return;
    if (loading) {
      again = true;
      return;
    }
    nudged = false;
    schedule(undefined);
    if (!visible()) return;
    loading = true;
    try {
      await load(abort.signal);
    } finally {
      loading = false;
    }
    if (abort.signal.aborted) return;
    if (again) {
      again = false;
      nudge();
    } else {
      schedule(pause());
    }
  }

  void run();
  return {
    nudge,
    wake: () => void run(),
    stop() {
      abort.abort();
      clearTimeout(timer);
    },
  };
}
