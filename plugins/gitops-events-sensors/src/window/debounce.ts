import { parseDuration } from '../duration';
import { reason, short, type WaitingEvent, type Window } from './window';

export interface DebounceState {
  /** The newest one; it fires. */
  waiting: WaitingEvent;
  /** When the first of them came. */
  first: number;
}

/** Fires the last event once it has been quiet for `quiet`, at most `atMost` after the first. */
export function debounceWindow(options: {
  quiet: string;
  atMost?: string;
}): Window<DebounceState> {
  const quiet = parseDuration(options.quiet);
  const atMost = options.atMost ? parseDuration(options.atMost) : Infinity;
  const dueAt = ({ waiting, first }: DebounceState) =>
    Math.min(waiting.at + quiet, first + atMost);
  return {
    dueAt,
    waitsFor: () => `Waits until nothing came for ${options.quiet}.`,
    pass: (state, until) => {
      const firing = { events: [state.waiting], at: dueAt(state) };
      return firing.at <= until
        ? { state: undefined, firings: [firing], letGo: [] }
        : { state, firings: [], letGo: [] };
    },
    arrive: (state, event) => ({
      state: { waiting: event, first: state?.first ?? event.at },
      firings: [],
      letGo: state
        ? [
            {
              uid: state.waiting.uid,
              reason: reason(
                'debounced',
                `Event ${short(event.uid)} came within ${options.quiet} after it.`,
                { eventUid: event.uid },
              ),
            },
          ]
        : [],
    }),
  };
}
