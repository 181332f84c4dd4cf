import { parseDuration } from '../duration';
import { reason, type LetGo, type WaitingEvent, type Window } from './window';

/** Events counted so far. */
export interface CountState {
  waiting: WaitingEvent[];
}

/** Fires with `of` events that came within `within`; an event of `reset` starts the count anew. */
export function countWindow(options: {
  of: number;
  within: string;
  reset?: string;
}): Window<CountState> {
  const within = parseDuration(options.within);
  const { of, reset } = options;
  const expired = ({ uid }: WaitingEvent): LetGo => ({
    uid,
    reason: reason(
      'expired',
      `Fewer than ${of} came within ${options.within}.`,
    ),
  });
  return {
    dueAt: ({ waiting: [first] }) => first && first.at + within,
    waitsFor: ({ waiting }) =>
      `${waiting.length} of ${of} within ${options.within}.`,
    pass: ({ waiting }, until) => {
      const left = waiting.filter(({ at }) => at + within > until);
      return {
        state: left.length > 0 ? { waiting: left } : undefined,
        firings: [],
        letGo: waiting.slice(0, waiting.length - left.length).map(expired),
      };
    },
    arrive: (state, event) => {
      const before = state?.waiting ?? [];
      if (event.dependency === reset) {
        return {
          state: undefined,
          firings: [],
          letGo: [...before, event].map(({ uid }) => ({
            uid,
            reason: reason(
              'reset',
              uid === event.uid
                ? `\`${reset}\` started the count anew; ${before.length} of ${of} were there.`
                : `\`${reset}\` came before ${of} were there.`,
            ),
          })),
        };
      }
      const events = [...before, event];
      return events.length >= of
        ? { state: undefined, firings: [{ events, at: event.at }], letGo: [] }
        : { state: { waiting: events }, firings: [], letGo: [] };
    },
  };
}
