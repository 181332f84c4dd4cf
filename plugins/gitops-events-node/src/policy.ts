import type {
  FileDiff,
  StoredEvent,
  Target,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';

/** A proposed change as a check sees it. @public */
export interface ProposedChange {
  repository: string;
  base: string;
  sensor: string;
  owner: string;
  entityRef?: string;
  target?: Target;
  /** What fired its first run; of a window, the event that completed it. */
  event: StoredEvent;
  /** Events of all its runs, in order. */
  events: StoredEvent[];
  diff: FileDiff[];
  /** Files after the change, without deleted ones. */
  files: Array<{ path: string; content: Uint8Array }>;
}

/**
 * Judges a change before it is written. `cannot` never lets a merge through
 * and is tried again.
 *
 * @public
 */
export interface PolicyCheck {
  readonly name: string;
  check(change: ProposedChange): Promise<Verdict>;
}
