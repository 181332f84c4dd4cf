import type { Reason } from '@gitops-events/plugin-gitops-events-common';

/** An event that waits in a window, by the dependency it counts for. */
export interface WaitingEvent {
  uid: string;
  dependency: string;
  /** Of its dedupe mark, which ends with a run that fails. */
  dedupeKey?: string;
  /** Accepted time, milliseconds since the epoch; never before that of an event that was decided earlier. */
  at: number;
}

/** An event that a window lets go without a firing. */
export interface LetGo {
  uid: string;
  reason: Reason;
}

/** Events that fire together, in the order they came. */
export interface WindowFiring {
  events: WaitingEvent[];
  /** Accepted time at which they do: with the event that completes them, or when the window closes. */
  at: number;
}

/** What a window came to. */
export interface WindowResult<State> {
  /** Undefined when nothing is left to remember. */
  state: State | undefined;
  /** In their order. */
  firings: WindowFiring[];
  letGo: LetGo[];
}

/**
 * One kind of window for one key, pure. Time is accepted time: `arrive` and
 * `pass` are called with times that never go back.
 */
export interface Window<State> {
  /** When `pass` has something to do; undefined: never by itself. */
  dueAt(state: State): number | undefined;
  /** Time goes by: all that is due up to and including `until`. */
  pass(state: State, until: number): WindowResult<State>;
  /** What those that wait wait for, as a sentence. */
  waitsFor(state: State): string;
  /** An event comes, after `pass` up to its time. It waits, fires, or is let go. */
  arrive(state: State | undefined, event: WaitingEvent): WindowResult<State>;
}

/** A sentence with its code. */
export function reason(
  code: string,
  message: string,
  detail?: Record<string, unknown>,
): Reason {
  return { code, message, ...(detail && { detail }) };
}

export function short(uid: string): string {
  return uid.slice(0, 8);
}
