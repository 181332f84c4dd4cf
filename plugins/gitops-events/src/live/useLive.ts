import { useSignal } from '@backstage/plugin-signals-react';
import { SIGNAL_CHANNEL } from '@gitops-events/plugin-gitops-events-common';
import { useCallback, useEffect, useRef, useState } from 'react';
import { isRefusal } from '../api/refusal';
import { freshMs, pollPause } from './pollPause';
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
  const { lastSignal } = useSignal(SIGNAL_CHANNEL);
  const heard = useRef(false);
  const latest = useRef(options);
  latest.current = options;
  const loop = useRef<RefreshLoop>();

  useEffect(() => {
    let known: { text: string; value: T } | undefined;
    let unchanged = 0;
    let connectedAt: number | undefined;
    const isFresh = () =>
      connectedAt !== undefined && Date.now() - connectedAt < freshMs;
    const load = async (signal: AbortSignal) => {
      try {
        const loaded = await latest.current.load(signal);
        if (signal.aborted) return;
        const text = JSON.stringify(loaded);
        connectedAt ??= Date.now();
        if (known?.text !== text) unchanged = 0;
        else if (!isFresh()) unchanged += 1;
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
        if (connection === 'reconnecting') {
          heard.current = false;
          connectedAt = undefined;
        }
        setState(old => ({ ...old, error, connection }));
      }
    };
    const started = startRefreshLoop({
      load,
      visible: () => document.visibilityState !== 'hidden',
      pause: () =>
        pollPause({
          signals: heard.current,
          moving: !!known && !!latest.current.moving?.(known.value),
          idle: unchanged >= idleAfterPolls,
          fresh: isFresh(),
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
    if (!lastSignal) return;
    heard.current = true;
    loop.current?.nudge();
  }, [lastSignal]);

  const refresh = useCallback(() => loop.current?.wake(), []);
  return { ...state, stale: answeredKey !== options.key, refresh };
}
