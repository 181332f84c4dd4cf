import type { Condition } from '../match/condition';
import { batchWindow } from './batch';
import { cooldownWindow } from './cooldown';
import { countWindow } from './count';
import type { CronReset } from './cronReset';
import { debounceWindow } from './debounce';
import { joinWindow } from './join';
import type { WaitingEvent, Window, WindowResult } from './window';

export type {
  LetGo,
  WaitingEvent,
  Window,
  WindowFiring,
  WindowResult,
} from './window';

/** The window of a sensor: exactly one of these. Durations as text, such as `10m`. */
export type WindowKind =
  | { join: { within: string; reset?: CronReset } }
  | { count: { of: number; within: string; reset?: string } }
  | { batch: { size: number; within: string } }
  | { debounce: { quiet: string; atMost?: string } }
  | { cooldown: { for: string } };

/** What a row of state holds; JSON. */
export interface WindowRow {
  /** Accepted time reached; a later event of an earlier time counts as accepted now. */
  clock: number;
  state: unknown;
}

/** A window's answer and the row to keep; without a row there is nothing to remember. */
export interface WindowStep extends Omit<WindowResult<unknown>, 'state'> {
  row: WindowRow | undefined;
  /** When it has something to do by itself. */
  dueAt: number | undefined;
}

/** Makes the window of a sensor. @param condition - asked by a join */
export function createWindow(
  spec: WindowKind,
  condition: Condition,
): Window<any> {
  if ('join' in spec) return joinWindow({ ...spec.join, condition });
  if ('count' in spec) return countWindow(spec.count);
  if ('batch' in spec) return batchWindow(spec.batch);
  if ('debounce' in spec) return debounceWindow(spec.debounce);
  return cooldownWindow(spec.cooldown);
}

/** An event comes: first all that was due before it, then the event itself. */
export function arriveInWindow(
  window: Window<any>,
  row: WindowRow | undefined,
  event: WaitingEvent,
): WindowStep {
  const at = Math.max(event.at, row?.clock ?? 0);
  const passed = passWindow(window, row, at);
  const came = window.arrive(passed.row?.state, { ...event, at });
  return {
    ...keep(window, came.state, at),
    firings: [...passed.firings, ...came.firings],
    letGo: [...passed.letGo, ...came.letGo],
  };
}

/** Time went by up to and including `until`. */
export function passWindow(
  window: Window<any>,
  row: WindowRow | undefined,
  until: number,
): WindowStep {
  const state = row?.state;
  const due = state === undefined ? undefined : window.dueAt(state);
  if (due === undefined || due > until) {
    return { row, dueAt: due, firings: [], letGo: [] };
  }
  const { state: left, ...told } = window.pass(state, until);
  return { ...keep(window, left, until), ...told };
}

function keep(
  window: Window<any>,
  state: unknown,
  clock: number,
): Pick<WindowStep, 'row' | 'dueAt'> {
  return state === undefined
    ? { row: undefined, dueAt: undefined }
    : { row: { clock, state }, dueAt: window.dueAt(state) };
}
