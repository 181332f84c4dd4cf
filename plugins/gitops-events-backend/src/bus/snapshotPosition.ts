import type { BusPosition } from '@gitops-events/plugin-gitops-events-node';

/**
 * A position on PostgreSQL, where a row can commit late with a lower number.
 *
 * Two snapshots: what `older` sees is decided; what `newer` sees besides is
 * being decided, in the order (transaction, number), up to `reached`. A
 * transaction that was open at `older` is looked up by its id later on, so
 * nothing is skipped and nobody's open transaction is waited for. An event that
 * was acknowledged before another was sent has the lower transaction id, so
 * this order keeps every order that a sender can know of.
 */
export interface SnapshotPosition {
  /** Of the database cluster: snapshots mean nothing in another one. */
  system: string;
  older?: string;
  newer: string;
  reached?: { xid: string; seq: string };
}

/** What PostgreSQL prints as `xmin:xmax:xip,xip`. */
export interface Snapshot {
  xmax: string;
  /** Transactions below `xmax` that were open. */
  open: string[];
}

export function parseSnapshot(text: string): Snapshot {
  const [, xmax, open] = text.split(':');
  return { xmax, open: open ? open.split(',') : [] };
}

export function parsePosition(from: BusPosition): SnapshotPosition {
  return JSON.parse(from);
}
