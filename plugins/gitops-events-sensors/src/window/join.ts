import { parseDuration } from '../duration';
import { holds, positiveNames, type Condition } from '../match/condition';
import { reason, type LetGo, type WaitingEvent, type Window } from './window';

/** So many events of one dependency and key wait; the oldest makes room. */
export const maxWaiting = 100;

export interface JoinState {
  waiting: WaitingEvent[];
}

/**
 * Fires when the condition is true of the events that wait. `!x` is decided when
 * the window of an event closes: `within` after it came.
 */
export function joinWindow(options: {
  condition: Condition;
  within: string;
}): Window<JoinState> {
  const { condition } = options;
  const within = parseDuration(options.within);
  const positive = positiveNames(condition);

  /** The oldest event of each dependency that the condition asks for. */
  const take = (waiting: WaitingEvent[]) =>
    waiting.filter(
      (event, at) =>
        positive.has(event.dependency) &&
        waiting.findIndex(one => one.dependency === event.dependency) === at,
    );
  const isTrue = (waiting: WaitingEvent[], closing: boolean) =>
    holds(condition, {
      present: new Set(waiting.map(({ dependency }) => dependency)),
      closing,
    });
  const expired = ({ uid, dependency }: WaitingEvent): LetGo => ({
    uid,
    reason: reason(
      'expired',
      positive.has(dependency)
        ? `The condition was not true within ${options.within} of it.`
        : `Nothing that \`${dependency}\` rules out came within ${options.within}.`,
    ),
  });
  const settle = (
    waiting: WaitingEvent[],
    firings: WaitingEvent[][],
    letGo: LetGo[],
  ) => ({
    state: waiting.length > 0 ? { waiting } : undefined,
    firings,
    letGo,
  });

  return {
    dueAt: ({ waiting: [first] }) => first && first.at + within,
    waitsFor: ({ waiting }) => {
      const there = new Set(waiting.map(({ dependency }) => dependency));
      const missing = [...positive].filter(name => !there.has(name));
      const rest = missing.length > 0 ? missing.join(', ') : 'the others';
      return `Waits up to ${options.within} for ${rest}.`;
    },
    pass: (state, until) => {
      let { waiting } = state;
      const firings: WaitingEvent[][] = [];
      const letGo: LetGo[] = [];
      while (waiting.length > 0 && waiting[0].at + within <= until) {
        const [closing] = waiting;
        if (positive.has(closing.dependency) && isTrue(waiting, true)) {
          const taken = take(waiting);
          firings.push(taken);
          waiting = waiting.filter(event => !taken.includes(event));
        } else {
          letGo.push(expired(closing));
          waiting = waiting.slice(1);
        }
      }
      return settle(waiting, firings, letGo);
    },
    arrive: (state, event) => {
      const before = state?.waiting ?? [];
      const same = before.filter(
        ({ dependency }) => dependency === event.dependency,
      );
      const crowded = same.length >= maxWaiting ? same[0] : undefined;
      const waiting = [...before.filter(one => one !== crowded), event];
      const letGo = crowded
        ? [
            {
              uid: crowded.uid,
              reason: reason(
                'crowdedOut',
                `${maxWaiting} newer events of \`${crowded.dependency}\` wait under the same key; make the key finer or the window shorter.`,
              ),
            },
          ]
        : [];
      if (!isTrue(waiting, false)) return settle(waiting, [], letGo);
      const taken = take(waiting);
      return settle(
        waiting.filter(one => !taken.includes(one)),
        [taken],
        letGo,
      );
    },
  };
}
