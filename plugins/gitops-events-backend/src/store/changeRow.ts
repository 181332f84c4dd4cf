import { gunzipSync, gzipSync } from 'node:zlib';
import type {
  ChangeEnd,
  ChangeState,
  FileDiff,
  Reason,
  Target,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import { optionalJson, optionalNumber } from './runRow';

/** What the writer of a change is asked to do. */
export interface Asked {
  what: 'merge' | 'close' | 'cancel';
  /** Entity reference of the person; undefined: nothing is left in it that may merge. */
  by?: string;
  /** When, of a merge; milliseconds since the epoch. */
  at?: number;
  comment?: string;
  /** What it ends as, and why, where no person asked. */
  end?: 'failed' | 'superseded';
  reason?: Reason;
}

/** A row of `changes`, typed. Times in milliseconds since the epoch. */
export interface Change {
  id: string;
  host: string;
  repository: string;
  base: string;
  branch: string;
  changeKey?: string;
  sensor: string;
  ownerRef: string;
  entityRef?: string;
  entityOwnerRef?: string;
  target?: Target;
  mode: 'propose' | 'auto';
  title: string;
  body: string;
  labels: string[];
  approvalsNeeded: number;
  /** Committed to its base itself; until a person is needed, or its host refuses. */
  direct?: boolean;
  /** Opened as a draft, and not made ready since. */
  draft?: boolean;
  /** Who was asked for a review, as the host names them. */
  reviewers?: string[];
  /** When the present content was reminded of. */
  remindedAt?: number;
  state: ChangeState;
  end?: ChangeEnd;
  reason?: Reason;
  revision: number;
  headCommit?: string;
  pullNumber?: number;
  pullUrl?: string;
  mergeCommit?: string;
  asked?: Asked;
  /** The stop in force that it waits for. */
  stopId?: string;
  conflicts: number;
  attempt: number;
  dueAt: number;
  claimedBy?: string;
  version: number;
  createdAt: number;
  mergedAt?: number;
  endedAt?: number;
  /** Until when newer runs of its change keys wait for its sync, at most; undefined: it has none. */
  restsUntil?: number;
  /** While it waits: its host runs checks of it, and it merges itself if they pass. */
  checking?: boolean;
}

/** A row of `change_revisions`, typed: content sealed before the first object is written. */
export interface ChangeRevision {
  changeId: string;
  revision: number;
  baseCommit: string;
  /** Our last commit on the branch; undefined: the branch must not exist. */
  expectedHead?: string;
  files: FileWrite[];
  diff: FileDiff[];
  diffHash: string;
  verdicts: Verdict[];
  /** The checks that gave the verdicts, and what they judged by; undefined: nobody knows. */
  judgedBy?: string;
  /** How often in a row a check could not judge it, and when it is asked again. */
  unjudged: number;
  judgeAt?: number;
  /** Whether every check and rule lets it merge without a person. */
  mergesItself: boolean;
  message: string;
  sealedAt: number;
}

type Row = Record<string, any>;

export function changeOf(row: Row): Change {
  return {
    id: row.id,
    host: row.host,
    repository: row.repository,
    base: row.base,
    branch: row.branch,
    changeKey: row.change_key ?? undefined,
    sensor: row.sensor,
    ownerRef: row.owner_ref,
    entityRef: row.entity_ref ?? undefined,
    entityOwnerRef: row.entity_owner_ref ?? undefined,
    target: optionalJson<Target>(row.target),
    mode: row.mode,
    title: row.title,
    body: row.body,
    labels: JSON.parse(row.labels),
    approvalsNeeded: row.approvals_needed,
    direct: Boolean(row.direct),
    draft: Boolean(row.draft),
    reviewers: optionalJson<string[]>(row.reviewers),
    remindedAt: optionalNumber(row.reminded_at),
    state: row.state,
    end: row.end ?? undefined,
    reason: optionalJson<Reason>(row.reason),
    revision: row.revision,
    headCommit: row.head_commit ?? undefined,
    pullNumber: row.pull_number ?? undefined,
    pullUrl: row.pull_url ?? undefined,
    mergeCommit: row.merge_commit ?? undefined,
    asked: optionalJson<Asked>(row.asked),
    stopId: row.stop_id ?? undefined,
    conflicts: row.conflicts,
    attempt: row.attempt,
    dueAt: Number(row.due_at),
    claimedBy: row.claimed_by ?? undefined,
    version: Number(row.version),
    createdAt: Number(row.created_at),
    mergedAt: optionalNumber(row.merged_at),
    endedAt: optionalNumber(row.ended_at),
    restsUntil: optionalNumber(row.rests_until),
    checking: Boolean(row.checking),
  };
}

export function changeRowOf(change: Change): Row {
  return {
    id: change.id,
    host: change.host,
    repository: change.repository,
    base: change.base,
    branch: change.branch,
    change_key: change.changeKey ?? null,
    sensor: change.sensor,
    owner_ref: change.ownerRef,
    entity_ref: change.entityRef ?? null,
    entity_owner_ref: change.entityOwnerRef ?? null,
    target: change.target ? JSON.stringify(change.target) : null,
    mode: change.mode,
    title: change.title,
    body: change.body,
    labels: JSON.stringify(change.labels),
    approvals_needed: change.approvalsNeeded,
    direct: change.direct ?? false,
    draft: change.draft ?? false,
    reviewers: change.reviewers ? JSON.stringify(change.reviewers) : null,
    reminded_at: change.remindedAt ?? null,
    state: change.state,
    end: change.end ?? null,
    reason: change.reason ? JSON.stringify(change.reason) : null,
    revision: change.revision,
    head_commit: change.headCommit ?? null,
    pull_number: change.pullNumber ?? null,
    pull_url: change.pullUrl ?? null,
    merge_commit: change.mergeCommit ?? null,
    asked: change.asked ? JSON.stringify(change.asked) : null,
    stop_id: change.stopId ?? null,
    conflicts: change.conflicts,
    attempt: change.attempt,
    due_at: change.dueAt,
    claimed_by: change.claimedBy ?? null,
    version: change.version,
    created_at: change.createdAt,
    merged_at: change.mergedAt ?? null,
    ended_at: change.endedAt ?? null,
    rests_until: change.restsUntil ?? null,
    checking: isChecking(change),
  };
}

/** With whatever else it does, that is over. */
export function isChecking({
  state,
  checking = false,
}: Pick<Change, 'state' | 'checking'>): boolean {
  return state === 'waiting' && checking;
}

export function revisionOf(row: Row): ChangeRevision {
  return {
    changeId: row.change_id,
    revision: row.revision,
    baseCommit: row.base_commit,
    expectedHead: row.expected_head ?? undefined,
    files: unpackFiles(row.files),
    diff: JSON.parse(row.diff),
    diffHash: row.diff_hash,
    verdicts: JSON.parse(row.verdicts),
    judgedBy: row.judged_by ?? undefined,
    unjudged: row.unjudged,
    judgeAt: optionalNumber(row.judge_at),
    mergesItself: Boolean(row.merges_itself),
    message: row.message,
    sealedAt: Number(row.sealed_at),
  };
}

export function revisionRowOf(revision: ChangeRevision): Row {
  return {
    change_id: revision.changeId,
    revision: revision.revision,
    base_commit: revision.baseCommit,
    expected_head: revision.expectedHead ?? null,
    files: packFiles(revision.files),
    diff: JSON.stringify(revision.diff),
    diff_hash: revision.diffHash,
    verdicts: JSON.stringify(revision.verdicts),
    judged_by: revision.judgedBy ?? null,
    unjudged: revision.unjudged,
    judge_at: revision.judgeAt ?? null,
    merges_itself: revision.mergesItself,
    message: revision.message,
    sealed_at: revision.sealedAt,
  };
}

function packFiles(files: FileWrite[]): Buffer {
  return gzipSync(
    JSON.stringify(
      files.map(file => ({
        path: file.path,
        mode: file.mode,
        content: file.content && Buffer.from(file.content).toString('base64'),
      })),
    ),
    { level: 1 },
  );
}

function unpackFiles(packed: Uint8Array): FileWrite[] {
  const files: Array<{
    path: string;
    mode: FileWrite['mode'];
    content?: string;
  }> = JSON.parse(gunzipSync(packed).toString('utf8'));
  return files.map(file => ({
    path: file.path,
    mode: file.mode,
    content:
      file.content === undefined
        ? undefined
        : new Uint8Array(Buffer.from(file.content, 'base64')),
  }));
}
