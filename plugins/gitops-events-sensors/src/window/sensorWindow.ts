import { conditionOf, dependenciesOf } from '../match/conditionOf';
import type { Sensor } from '../schema';
import { createWindow, type WindowKind, type WindowRow } from './index';
import type { WaitingEvent, Window } from './window';

/** A sensor's window, and a mark of its wording: what was kept under another one does not fit it. */
export interface PlannedWindow {
  window: Window<any>;
  mark: string;
}

const planned = new WeakMap<Sensor, PlannedWindow | undefined>();

/** The window of a sensor, planned once; undefined when it has none. */
export function windowOf(sensor: Sensor): PlannedWindow | undefined {
  if (!planned.has(sensor)) planned.set(sensor, plan(sensor));
  return planned.get(sensor);
}

/** Those that wait in a row, whatever window kept them there. */
export function waitingIn(row: WindowRow): WaitingEvent[] {
  const { waiting = [] } = row.state as {
    waiting?: WaitingEvent | WaitingEvent[];
  };
  return [waiting].flat();
}

function plan(sensor: Sensor): PlannedWindow | undefined {
  if (!sensor.spec.window) return undefined;
  const { key, ...kind } = sensor.spec.window;
  const condition = conditionOf(sensor);
  return {
    window: createWindow(kind as WindowKind, condition),
    mark: fingerprint(
      JSON.stringify([key, kind, condition, dependenciesOf(sensor)]),
    ),
  };
}

/** FNV-1a, 32 bits in hex: tells two wordings apart, and protects nothing. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
