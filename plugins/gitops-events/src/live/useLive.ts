import { useSignal } from '@backstage/plugin-signals-react';
import { SIGNAL_CHANNEL } from '@gitops-events/plugin-gitops-events-common';
import { useCallback, useEffect, useRef, useState } from 'react';
import { isRefusal } from '../api/refusal';
import { pollPause } from './pollPause';
import { startRefreshLoop, type RefreshLoop } from './refreshLoop';

/** `connecting`: the first answer is awaited; `reconnecting`: the last question got none. */
export type Connection = 'connecting' | 'live' | 'reconnecting';

export interface Live<T> {
  value: T | undefined;
  /** Why the last load failed; a value that is there stays. */
  error: unknown;
  connection: Connection;
  /** True while the value shown belongs to an older question (other filters). */
  stale: boolean;
  refresh: () => void;
}

// So many polls in a row without news and the page counts as idle.
const idleAfterPolls = 15;

/**
 * Keeps the answer to one question fresh: loads it, loads it again when a
 * signal says that something changed, and polls behind the signals' back.
 * An equal answer keeps the old object, so nothing is drawn again in vain.
 */
export function useLive<T>(options: {
  /** Names the question; another key asks anew. */
  key: string;
  load: (signal: AbortSignal) => Promise<T>;
  /** Whether something in the answer is under way and worth a look each second. */
  moving?: (value: T) => boolean;
}): Live<T> {
  const [state, setState] = useState<Omit<Live<T>, 'refresh' | 'stale'>>({
    value: undefined,
    error: undefined,
    connection: 'connecting',
  });
  const [answeredKey, setAnsweredKey] = useState<string>();
  const { lastSignal, isSignalsAvailable } = useSignal(SIGNAL_CHANNEL);
  const latest = useRef({ ...options, signals: isSignalsAvailable });
  latest.current = { ...options, signals: isSignalsAvailable };
  const loop = useRef<RefreshLoop>();

  useEffect(() => {
    let known: { text: string; value: T } | undefined;
    let unchanged = 0;
    const load = async (signal: AbortSignal) => {
      try {
        const loaded = await latest.current.load(signal);
        if (signal.aborted) return;
        const text = JSON.stringify(loaded);
        unchanged = known?.text === text ? unchanged + 1 : 0;
        if (known?.text !== text) known = { text, value: loaded };
        const value = known!.value;
        setAnsweredKey(options.key);
        setState(old =>
          old.value === value && old.connection === 'live' && !old.error
            ? old
            : { value, error: undefined, connection: 'live' },
        );
      } catch (error) {
        if (signal.aborted) return;
        setAnsweredKey(options.key);
        const connection = isRefusal(error) ? 'live' : 'reconnecting';
        setState(old => ({ ...old, error, connection }));
      }
    };
    const started = startRefreshLoop({
      load,
      visible: () => document.visibilityState !== 'hidden',
      pause: () =>
        pollPause({
          signals: latest.current.signals,
          moving: !!known && !!latest.current.moving?.(known.value),
          idle: unchanged >= idleAfterPolls,
        }),
    });
    loop.current = started;
    document.addEventListener('visibilitychange', started.wake);
    window.addEventListener('online', started.wake);
    return () => {
      started.stop();
      document.removeEventListener('visibilitychange', started.wake);
      window.removeEventListener('online', started.wake);
    };
  }, [options.key]);

  useEffect(() => {
    if (lastSignal) loop.current?.nudge();
  }, [lastSignal]);

  const refresh = useCallback(() => loop.current?.wake(), []);
  return { ...state, stale: answeredKey !== options.key, refresh };
}
