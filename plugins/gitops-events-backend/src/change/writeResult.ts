import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { WritingHost } from '../budget/budgetedHost';
import type { Change, ChangeRevision } from '../store/changeRow';
import type { Stop } from '../store/stops';
import type { TimelineRow } from '../timeline/append';
import type { StaleAfter } from './staleness';

/**
 * What one call at the host came to. The loop writes it down before the next.
 *
 *   sealed ----commit----> committed --propose--> proposed --merge--> ended (merged)
 *     ^                                            |    ^
 *     |                                       wait |    | approved, asked, looked again
 *     +------ render again (conflict) ------------ waiting
 *
 * A `direct` change goes from sealed to ended (merged) by one commit to its base.
 *
 * From each state a person's act at the host leads to an end: a closed pull
 * request to `discarded`, one merged by hand to `merged`, a branch that others
 * moved to `held` members: they keep the branch, we stop writing.
 */
export type WriteResult =
  | { result: 'moved'; change: Change; lines: TimelineRow[] }
  /** `until`: when to look again at the latest. */
  | {
      result: 'waiting';
      change: Change;
      lines: TimelineRow[];
      until?: number;
    }
  /** A stop is in force: looked at, not written. */
  | { result: 'stopped'; change: Change; stop: Stop; lines: TimelineRow[] }
  /** A check could not judge it and may be able to by now, or it is judged by something else now. */
  | { result: 'judgeAgain' }
  /** A revert holds some of its members: they leave, the others are sealed again. */
  | { result: 'sortAgain' }
  /** Base moved: render and judge on the present one. */
  | { result: 'renderAgain'; lines: TimelineRow[] }
  | {
      result: 'ended';
      end:
        | 'merged'
        | 'alreadySo'
        | 'discarded'
        | 'cancelled'
        | 'failed'
        | 'superseded';
      /** It ended with the content before this one, whose runs need another change. */
      earlier?: true;
      by?: string;
      reason?: Reason;
      mergeCommit?: string;
      lines: TimelineRow[];
    }
  | { result: 'held'; reason: Reason };

export interface WriteContext {
  host: WritingHost;
  change: Change;
  revision: ChangeRevision;
  /** People other than the requesters who approved this content. */
  approvals: number;
  /** By which checks and rules content is judged now. */
  judgedBy?: string;
  /** Why it may not merge itself now. */
  frozen?: Reason;
  /** It carries a value that a revert holds. */
  reverted?: boolean;
  /** Of a `direct` change, the head of base when it was sealed first. */
  intent?: string;
  /** The stop that covers it; nothing is written then. */
  stop?: Stop;
  /** Whether this content took the place of an older run's. */
  hasNewcomers(): Promise<boolean>;
  /** Whom to ask for a review. */
  reviewers?(): Promise<string[]>;
  /** When what waits for a person is reminded of, and closed; without it never. */
  stale?: StaleAfter;
  author: { name: string; email: string };
  now: number;
}

/** A line of the change's timeline. */
export function line(
  { change, now }: WriteContext,
  kind: TimelineRow['kind'],
  data: Record<string, unknown>,
): TimelineRow {
  return { kind, changeId: change.id, data, at: now };
}
