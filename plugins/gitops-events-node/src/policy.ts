import type {
  FileDiff,
  StoredEvent,
  Target,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type { RepositoryFile } from './repository';

/** A proposed change as a check sees it. @public */
export interface ProposedChange {
  repository: string;
  base: string;
  sensor: string;
  owner: string;
  /** Of the sensor. */
  mode: 'observe' | 'propose' | 'auto';
  entityRef?: string;
  target?: Target;
  /**
   * What fired the run that is judged; of a window, the event that completed it. Runs
   * that share a change are judged one by one, then together in the name of the first.
   */
  event: StoredEvent;
  /** Events of all its runs, in order. */
  events: StoredEvent[];
  /** What the text of its pull request takes from its runs: titles, text, labels, context. */
  texts: string[];
  diff: FileDiff[];
  /** Files after the change, without deleted ones; `before` is what base has. */
  files: Array<{ path: string; content: Uint8Array; before?: Uint8Array }>;
  /** Files of the repository as they are after the change; a path that ends in `/` means all below it. */
  read(paths: string[]): Promise<RepositoryFile[]>;
  /** Likewise as base has them. */
  readBefore(paths: string[]): Promise<RepositoryFile[]>;
}

/**
 * Judges a change before it is written:
 *
 * - `pass`: nothing against it
 * - `review`: people have to approve it, as many as `approvals` says
 * - `deny`: it must not be made; nothing is written, and its run is held
 * - `cannot`: it could not tell. Nothing merges until it can; it is asked again
 *   after growing pauses. A check that throws or is late has said the same; of
 *   what it throws people read as much as of what an action throws.
 *
 * Anything but `pass` comes with reasons: sentences that say what to mend. They
 * are shown to many people and must not repeat a secret.
 *
 * A verdict belongs to the diff: as long as the diff, and `version`, are the
 * same it is not asked for again.
 *
 * @public
 */
export interface PolicyCheck {
  readonly name: string;
  /** Milliseconds it may take. Default 5,000, at most 30,000. */
  readonly deadlineMs?: number;
  /** What it judges by; another one has every verdict of before judged anew. */
  readonly version?: string;
  /** What waits while it cannot tell: the merge (default), or every write to Git; then the run is held. */
  readonly guards?: 'merge' | 'commit';
  /**
   * It takes long: it is asked once for all runs that share a change, and not for
   * each of them first. Where it denies, fewer go together until the bad one is alone.
   */
  readonly costly?: boolean;
  /** @param context - `signal` aborts at the deadline; no outside call may outlive it */
  check(
    change: ProposedChange,
    context: { signal: AbortSignal },
  ): Promise<Verdict>;
}
