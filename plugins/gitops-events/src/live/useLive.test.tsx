import { TestApiProvider } from '@backstage/test-utils';
import { signalApiRef } from '@backstage/plugin-signals-react';
import { ProblemError } from '@gitops-events/plugin-gitops-events-common';
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { freshMs } from './pollPause';
import { useLive } from './useLive';

function fakeSignals() {
  const listeners = new Set<(message: any) => void>();
  return {
    subscribe: (_channel: string, onMessage: (message: any) => void) => {
      listeners.add(onMessage);
      return { unsubscribe: () => listeners.delete(onMessage) };
    },
    tick: () => listeners.forEach(listener => listener({ at: 1 })),
  };
}

function setup(options: {
  answers: () => Promise<unknown>;
  signals?: ReturnType<typeof fakeSignals>;
  moving?: boolean;
}) {
  const { signals, answers, moving } = options;
  let loads = 0;
  const apis = signals ? ([[signalApiRef, signals]] as const) : [];
  const wrapper = ({ children }: { children: ReactNode }) => (
    <TestApiProvider apis={apis as []}>{children}</TestApiProvider>
  );
  const { result, unmount } = renderHook(
    () =>
      useLive({
        key: 'one',
        load: () => {
          loads += 1;
          return answers();
        },
        moving: () => !!moving,
      }),
    { wrapper },
  );
  return { result, unmount, loads: () => loads };
}

const pass = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));

describe('useLive', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('polls every 2 s where signals cannot be had, and 5 s once nothing happens', async () => {
    const { loads } = setup({ answers: async () => 'same' });
    await pass(freshMs + 1_000);
    const first = loads();
    await pass(2_000);
    expect(loads()).toBe(first + 1);
    await pass(14 * 2_000);
    const before = loads();
    await pass(5_000);
    expect(loads()).toBe(before + 1);
  });

  it('does not wait for the first signal while the page is fresh: it may never come', async () => {
    const signals = fakeSignals();
    const { loads } = setup({ answers: async () => 'same', signals });
    await pass(0);
    await pass(3_000);
    expect(loads()).toBe(5);
  });

  it('looks several times a second apart at what moves', async () => {
    const { loads } = setup({ answers: async () => 'same', moving: true });
    await pass(0);
    await pass(3_000);
    expect(loads()).toBe(5);
  });

  it('loads after a signal, and behind its back each 5 s', async () => {
    const signals = fakeSignals();
    const { loads } = setup({ answers: async () => 'same', signals });
    await pass(0);
    await act(async () => signals.tick());
    await pass(150);
    expect(loads()).toBe(2);
    await pass(4_800);
    expect(loads()).toBe(2);
    await pass(200);
    expect(loads()).toBe(3);
  });

  it('keeps the value when the server is away, says so, and recovers by itself', async () => {
    let away = false;
    const { result, loads } = setup({
      answers: async () => {
        if (away) throw new TypeError('Failed to fetch');
        return { count: 1 };
      },
    });
    await pass(0);
    expect(result.current.connection).toBe('live');
    const { value } = result.current;
    away = true;
    await pass(2_000);
    expect(result.current).toMatchObject({ connection: 'reconnecting', value });
    const asked = loads();
    await pass(4_000);
    // A server that is away is not asked more often than one that is there.
    expect(loads()).toBe(asked + 2);
    away = false;
    await pass(5_000);
    expect(result.current.connection).toBe('live');
    expect(result.current.error).toBeUndefined();
    // An equal answer is the same object: nothing is drawn again.
    expect(result.current.value).toBe(value);
  });

  it('takes a refusal for an answer, not for a lost connection', async () => {
    const problem = {
      type: 'about:blank',
      title: 'No',
      status: 403,
      detail: 'No.',
    };
    const { result } = setup({
      answers: async () => {
        throw new ProblemError(problem);
      },
    });
    await pass(0);
    expect(result.current.connection).toBe('live');
    expect(result.current.error).toBeInstanceOf(ProblemError);
  });

  it('stops when the page is left', async () => {
    const { loads, unmount } = setup({ answers: async () => 'same' });
    await pass(0);
    unmount();
    await pass(60_000);
    expect(loads()).toBe(1);
  });
});
