import { parseDuration } from '../duration';
import type { WaitingEvent, Window } from './window';

/** Events of the batch that is open. */
export interface BatchState {
  waiting: WaitingEvent[];
}

/** One run with all events: when `size` are there, or `within` after the first. */
export function batchWindow(options: {
  size?: number;
  within: string;
}): Window<BatchState> {
  const within = parseDuration(options.within);
  const { size = Infinity } = options;
  return {
    dueAt: ({ waiting: [first] }) => first && first.at + within,
    waitsFor: ({ waiting }) =>
      `Waits in a batch of ${waiting.length}${size === Infinity ? '' : `; it leaves with ${size}`}, at the latest ${options.within} after the first.`,
    pass: (state, until) =>
      state.waiting[0].at + within <= until
        ? { state: undefined, firings: [state.waiting], letGo: [] }
        : { state, firings: [], letGo: [] },
    arrive: (state, event) => {
      const waiting = [...(state?.waiting ?? []), event];
      return waiting.length >= size
        ? { state: undefined, firings: [waiting], letGo: [] }
        : { state: { waiting }, firings: [], letGo: [] };
    },
  };
}
