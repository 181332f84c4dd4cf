import { parseDuration } from '../duration';
import { reason, short, type Window } from './window';

export interface CooldownState {
  /** The one that fired. */
  uid: string;
  /** Until then others are only counted. */
  until: number;
  repeats: number;
}

/** Fires the first event; for `for` after it the others are counted. */
export function cooldownWindow(options: {
  for: string;
}): Window<CooldownState> {
  const quiet = parseDuration(options.for);
  return {
    dueAt: ({ until }) => until,
    // Nothing ever waits here.
    waitsFor: () => '',
    pass: (state, until) => ({
      state: state.until <= until ? undefined : state,
      firings: [],
      letGo: [],
    }),
    arrive: (state, event) => {
      if (!state) {
        const { uid, at } = event;
        return {
          state: { uid, until: at + quiet, repeats: 0 },
          firings: [{ events: [event], at }],
          letGo: [],
        };
      }
      const repeats = state.repeats + 1;
      return {
        state: { ...state, repeats },
        firings: [],
        letGo: [
          {
            uid: event.uid,
            reason: reason(
              'cooledDown',
              `Repeat ${repeats} of event ${short(state.uid)}, which fired less than ${options.for} before.`,
              { eventUid: state.uid, repeats },
            ),
          },
        ],
      };
    },
  };
}
