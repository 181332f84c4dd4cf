import { parseDuration } from '../duration';
import type { WaitingEvent, Window } from './window';

/** Events of the batch that is open. */
export interface BatchState {
  waiting: WaitingEvent[];
}

/** One run with all events: when `size` are there, or `within` after the first. */
export function batchWindow(options: {
  size: number;
  within: string;
}): Window<BatchState> {
  const within = parseDuration(options.within);
  const { size } = options;
  return {
    dueAt: ({ waiting: [first] }) => first && first.at + within,
    waitsFor: ({ waiting }) =>
      `Waits in a batch of ${waiting.length}; it leaves with ${size}, at the latest ${options.within} after the first.`,
    pass: (state, until) => {
      const events = state.waiting;
      const at = events[0].at + within;
      return at <= until
        ? { state: undefined, firings: [{ events, at }], letGo: [] }
        : { state, firings: [], letGo: [] };
    },
    arrive: (state, event) => {
      const events = [...(state?.waiting ?? []), event];
      return events.length >= size
        ? { state: undefined, firings: [{ events, at: event.at }], letGo: [] }
        : { state: { waiting: events }, firings: [], letGo: [] };
    },
  };
}
