import type { ChangeEnd, Verdict } from './change';
import type { Reason } from './reason';
import type { RunEnd, RunView, Target } from './run';
import type { DecisionView } from './sensor';

/** An application on its way to a commit. @public */
export interface SyncedApplication {
  tracker: string;
  application: string;
  /** The commit it compares with. */
  revision?: string;
  message?: string;
  url?: string;
}

/** What is kept of each kind of timeline entry. Who did it is an entity reference, a commit its full id. @public */
export interface TimelineData {
  eventReceived: { source: string; type: string; subject?: string };
  decision: {
    sensor: string;
    outcome: DecisionView['outcome'];
    reason: Reason;
  };
  sensorFired: {
    sensor: string;
    revision: number;
    mode: RunView['mode'];
    /** A person had the event decided again. */
    replayed?: boolean;
    /** Where it lands instead of where the sensor says. */
    redirected?: Target;
  };
  /** A person takes back what a run changed; `of` is its title. */
  revertAsked: { by: string; of: string; comment?: string };
  changeRendered: { files: number; additions: number; deletions: number };
  policyJudged: { verdicts: Verdict[] };
  /** A forge takes no more for so many milliseconds. */
  waitingForLimit: { limit: string; waitMs: number };
  changeCommitted: { commit: string; branch: string; repository: string };
  pullRequestOpened: { number: number; url?: string };
  /** A draft before. */
  pullRequestReady: { number: number };
  waitingForApproval: { needed: number; whom?: string; reason?: Reason };
  approved: { by: string; comment?: string };
  conflict: { baseHead: string };
  /** It was to be committed to its base without a pull request. */
  proposedInstead: { reason: Reason };
  /** Without a commit where the host does not tell it; `direct`: without a pull request. */
  merged: { commit?: string; by?: string; rule?: string; direct?: boolean };
  changeEnded: { end: ChangeEnd; reason?: Reason; by?: string };
  syncStarted: SyncedApplication;
  syncProgress: SyncedApplication;
  syncHealthy: SyncedApplication;
  syncFailed: SyncedApplication;
  stepSkipped: { step: string; reason: Reason };
  /** The steps of `onFailure` come next. */
  stepFailed: { step: string; reason: Reason };
  /** `atMs`: when the next attempt is due, milliseconds since the epoch. */
  retry: { reason: Reason; attempt: number; atMs: number };
  /** A person stopped writing; it goes on by itself. */
  stopped: { reason: Reason };
  held: { reason: Reason };
  released: { by: string; comment?: string };
  comment: { by: string; text: string };
  rootCauseStated: { by: string; text: string };
  runEnded: { end: RunEnd; reason?: Reason; durationMs?: number };
  /** Of an event: it tells of a commit of that change. */
  aboutChange: { changeId: string };
  /** Of a change: that event told of a commit of it. */
  commitNews: { eventUid: string; type: string; source: string };
}
