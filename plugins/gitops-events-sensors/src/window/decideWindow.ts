import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import type { Draft, Timer } from '../decision';
import type { Match } from '../evaluate';
import { limitRate } from '../rateLimit';
import type { Sensor } from '../schema';
import {
  arriveInWindow,
  passWindow,
  type WindowFiring,
  type WindowRow,
  type WindowStep,
} from './index';
import { waitingIn, windowOf } from './sensorWindow';
import type { WaitingEvent } from './window';

/** A row as it is kept: with the mark of the window that made it. */
interface KeptRow extends WindowRow {
  mark: string;
}

const removed: Reason = {
  code: 'sensorRemoved',
  message: 'The sensor was removed while this event waited in its window.',
};

/** An event comes to the window of its key. */
export function decideArrival(
  draft: Draft,
  sensor: Sensor,
  {
    match,
    event,
  }: { match: Match; event: Pick<StoredEvent, 'uid' | 'acceptedAt'> },
): void {
  const planned = windowOf(sensor)!;
  const { windowKey: key = '', dependency, dedupeKey } = match;
  const ref = { kind: 'window', key } as const;
  let row = draft.recall<KeptRow>(ref);
  if (row && row.mark !== planned.mark) {
    letGoAll(draft, row, changed(sensor));
    row = undefined;
  }
  const { uid, acceptedAt: at } = event;
  const step = arriveInWindow(planned.window, row, {
    uid,
    dependency,
    dedupeKey,
    at,
  });
  settle(draft, sensor, { key, row, step });
  const waits = step.row && waitingIn(step.row).some(one => one.uid === uid);
  if (waits) {
    const message = planned.window.waitsFor(step.row!.state);
    draft.say(uid, 'waiting', { code: 'window', message, detail: { key } });
  }
}

/** Its timer is due. */
export function decideClosing(
  draft: Draft,
  what: {
    sensor: Sensor | undefined;
    timer: Timer;
    pausedReason: Reason | undefined;
  },
): void {
  const { sensor, timer, pausedReason } = what;
  const row = draft.recall<KeptRow>(timer);
  if (!row) return;
  const planned = sensor && windowOf(sensor);
  if (!planned || planned.mark !== row.mark) {
    letGoAll(draft, row, sensor ? changed(sensor) : removed);
    draft.remember(timer, undefined);
    return;
  }
  const step = passWindow(planned.window, row, timer.dueAt);
  const { key } = timer;
  settle(draft, sensor, { key, row, step, pausedReason });
}

function settle(
  draft: Draft,
  sensor: Sensor,
  what: {
    key: string;
    row: KeptRow | undefined;
    step: WindowStep;
    pausedReason?: Reason;
  },
): void {
  const { key, row, step, pausedReason } = what;
  const { window, mark } = windowOf(sensor)!;
  const ref = { kind: 'window', key } as const;
  draft.remember(ref, step.row && { ...step.row, mark });
  const dueBefore =
    row && row.mark === mark ? window.dueAt(row.state) : undefined;
  if (step.dueAt !== undefined && step.dueAt !== dueBefore) {
    draft.wake(ref, step.dueAt);
  }
  for (const { uid, reason } of step.letGo)
    draft.say(uid, 'suppressed', reason);
  for (const firing of step.firings) {
    if (pausedReason) {
      for (const { uid } of firing.events) {
        draft.say(uid, 'suppressed', pausedReason);
      }
    } else {
      fire(draft, sensor, key, firing);
    }
  }
}

function fire(
  draft: Draft,
  sensor: Sensor,
  key: string,
  { events, at }: WindowFiring,
): void {
  const firing = {
    events: events.map(({ at: _, ...event }) => event),
    at,
    windowKey: key,
  };
  limitRate(draft, sensor, { key, firing, reason: firedBy(events) });
}

function firedBy(events: WaitingEvent[]): Reason {
  const names = [...new Set(events.map(({ dependency }) => dependency))];
  const quoted = names.map(name => `\`${name}\``).join(', ');
  const message =
    events.length === 1
      ? `${quoted} matched.`
      : `${quoted} matched: ${events.length} events together.`;
  return { code: 'fired', message };
}

function letGoAll(draft: Draft, row: WindowRow, reason: Reason): void {
  for (const { uid } of waitingIn(row)) draft.say(uid, 'suppressed', reason);
}

function changed({ metadata: { name } }: Sensor): Reason {
  const message = `The window of ${name} was changed while this event waited in it; send it again if it still matters.`;
  return { code: 'windowChanged', message };
}
