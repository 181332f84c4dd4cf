import type {
  HeldView,
  RefusedMessageView,
} from '@gitops-events/plugin-gitops-events-common';

/** What waits for the same reason: one decision may fit it all. */
export interface Cause<T = HeldView> {
  cause: string;
  items: T[];
  /** The first of them speaks for all. */
  example: T;
  oldestAt: string;
}

/** A refused message, named as selections name things. */
export type WaitingMessage = RefusedMessageView & { id: string };

/** Groups what is held by cause (same sensor, step and reason code); the cause with the oldest run first. */
export function groupByCause(items: readonly HeldView[]): Cause[] {
  return group(items, item => item.cause, heldAt);
}

/** Each run as a group of its own, for those who want to see them one by one. */
export function eachAlone(items: readonly HeldView[]): Cause[] {
  return group(items, item => item.id, heldAt);
}

/** Groups messages that a source refused for the same reason; the one with the oldest message first. */
export function groupMessages(
  messages: readonly RefusedMessageView[],
): Cause<WaitingMessage>[] {
  return group(
    messages.map(message => ({ ...message, id: String(message.number) })),
    ({ source, reason }) => `${source} ${reason}`,
    ({ at }) => at,
  );
}

function heldAt(item: HeldView): string {
  return item.heldAt;
}

function group<T>(
  items: readonly T[],
  causeOf: (item: T) => string,
  atOf: (item: T) => string,
): Cause<T>[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const cause = causeOf(item);
    const known = groups.get(cause);
    if (known) known.push(item);
    else groups.set(cause, [item]);
  }
  return [...groups]
    .map(([cause, its]) => ({
      ...{ cause, items: its, example: its[0] },
      oldestAt: its.map(atOf).sort()[0],
    }))
    .sort(
      (a, b) =>
        a.oldestAt.localeCompare(b.oldestAt) || a.cause.localeCompare(b.cause),
    );
}
