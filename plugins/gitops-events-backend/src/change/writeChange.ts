import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { PullRequest } from '@gitops-events/plugin-gitops-events-node';
import type { WritingHost } from '../budget/budgetedHost';
import type { Change, ChangeRevision } from '../store/changeRow';
import type { Stop } from '../store/stops';
import { waitsForStop } from '../stop/waitsForStop';
import type { TimelineRow } from '../timeline/append';
import { decideMerge } from './mergeDecision';

/**
 * What one call at the host came to. The loop writes it down before the next.
 *
 *   sealed ----commit----> committed --propose--> proposed --merge--> ended (merged)
 *     ^                                            |    ^
 *     |                                       wait |    | approved, asked, looked again
 *     +------ render again (conflict) ------------ waiting
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
  /** A check could not judge it, and may be able to by now. */
  | { result: 'judgeAgain' }
  /** Base moved: render and judge on the present one. */
  | { result: 'renderAgain'; lines: TimelineRow[] }
  | {
      result: 'ended';
      end: 'merged' | 'alreadySo' | 'discarded' | 'cancelled';
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
  /** Why it may not merge itself now. */
  frozen?: Reason;
  /** The stop that covers it; nothing is written then. */
  stop?: Stop;
  author: { name: string; email: string };
  now: number;
}

/** Takes a change one call further. Each call is conditional, so a second one changes nothing. */
export async function writeChange(context: WriteContext): Promise<WriteResult> {
  if (context.stop) return look(context, context.stop);
  switch (context.change.state) {
    case 'sealed':
      return commit(context);
    case 'committed':
      return propose(context);
    case 'proposed':
    case 'waiting':
      return judge(context);
    default:
      throw new Error(
        `Change ${context.change.id} cannot be written while ${context.change.state}`,
      );
  }
}

/** What people do at the host meanwhile still counts; what waits for them waits for them first. */
async function look(context: WriteContext, stop: Stop): Promise<WriteResult> {
  const { host, change } = context;
  const opened = change.state === 'proposed' || change.state === 'waiting';
  if (opened && decideMerge(context).decision === 'wait') {
    return judge({ ...context, change: { ...change, stopId: undefined } });
  }
  const pull = await host.get(change.repository, change.branch);
  const ended = pull && endOf(context, pull);
  if (ended) return ended;
  const reason = waitsForStop(stop);
  return {
    result: 'stopped',
    change: { ...change, stopId: stop.id, reason },
    stop,
    lines:
      change.stopId === stop.id ? [] : [line(context, 'stopped', { reason })],
  };
}

async function commit(context: WriteContext): Promise<WriteResult> {
  const { host, change, revision, author } = context;
  if (revision.diff.length === 0) return nothingLeft(context);
  const outcome = await host.commit({
    repository: change.repository,
    branch: change.branch,
    expectedHead: revision.expectedHead,
    parent: revision.baseCommit,
    files: revision.files,
    message: revision.message,
    author,
    time: Math.floor(revision.sealedAt / 1000),
  });
  if (outcome.outcome === 'stale') {
    return (await personEnded(context)) ?? takenOver(change);
  }
  return {
    result: 'moved',
    change: { ...change, state: 'committed', headCommit: outcome.commit },
    lines: [
      line(context, 'changeCommitted', {
        commit: outcome.commit,
        branch: change.branch,
        repository: change.repository,
      }),
    ],
  };
}

/** A newer value or base took all of it away: the pull request has no use any more. */
async function nothingLeft(context: WriteContext): Promise<WriteResult> {
  const { host, change } = context;
  const pull =
    change.pullNumber === undefined
      ? undefined
      : await host.close({
          repository: change.repository,
          number: change.pullNumber,
          reason: `${change.base} has all of it already.`,
        });
  return pull?.state === 'merged'
    ? endOf(context, pull)!
    : { result: 'ended', end: 'alreadySo', lines: [] };
}

async function propose(context: WriteContext): Promise<WriteResult> {
  const { host, change } = context;
  const pull = await host.propose({
    repository: change.repository,
    branch: change.branch,
    base: change.base,
    title: change.title,
    body: change.body,
    labels: change.labels,
  });
  const ended = endOf(context, pull);
  if (ended) return ended;
  const first = change.pullNumber === undefined;
  return {
    result: 'moved',
    change: {
      ...change,
      state: 'proposed',
      pullNumber: pull.number,
      pullUrl: pull.url,
    },
    lines: first
      ? [
          line(context, 'pullRequestOpened', {
            number: pull.number,
            url: pull.url,
          }),
        ]
      : [],
  };
}

async function judge(context: WriteContext): Promise<WriteResult> {
  const { host, change, revision, author } = context;
  const decision = decideMerge(context);
  const number = change.pullNumber!;
  if (decision.decision === 'close') {
    const closed = await host.close({
      repository: change.repository,
      number,
      reason: decision.comment ?? 'Closed in the portal.',
    });
    if (closed.state === 'merged') return endOf(context, closed)!;
    return {
      result: 'ended',
      end: decision.end,
      by: decision.by,
      reason: {
        code: decision.end,
        message:
          decision.comment ?? 'The pull request was closed in the portal.',
      },
      lines: [],
    };
  }
  // Merging names the head that was judged, so only a wait has to look first.
  if (decision.decision === 'wait') {
    const ended = await personEnded(context);
    if (ended) return ended;
    const { judgeAt } = revision;
    return judgeAt !== undefined && judgeAt <= context.now
      ? { result: 'judgeAgain' }
      : waiting(context, decision.reason);
  }

  const outcome = await host.merge({
    repository: change.repository,
    number,
    base: change.base,
    expectedHead: change.headCommit!,
    message: revision.message,
    author,
  });
  switch (outcome.outcome) {
    case 'merged':
      return {
        result: 'ended',
        end: 'merged',
        mergeCommit: outcome.commit,
        by: decision.by,
        lines: [
          line(context, 'merged', {
            commit: outcome.commit,
            rule: decision.rule,
            by: decision.by,
          }),
        ],
      };
    case 'conflict':
      return {
        result: 'renderAgain',
        lines: [line(context, 'conflict', { baseHead: outcome.baseHead })],
      };
    case 'blocked':
      return waiting(context, { code: 'blocked', message: outcome.message });
    default:
      return (await personEnded(context)) ?? takenOver(change);
  }
}

/** Looks whether a person closed it, merged it, or moved its branch. */
async function personEnded(
  context: WriteContext,
): Promise<WriteResult | undefined> {
  const { host, change } = context;
  const pull = await host.get(change.repository, change.branch);
  if (!pull) return undefined;
  const ended = endOf(context, pull);
  if (ended) return ended;
  return change.headCommit !== undefined && pull.head !== change.headCommit
    ? takenOver(change)
    : undefined;
}

function endOf(
  context: WriteContext,
  pull: PullRequest,
): WriteResult | undefined {
  const by = pull.endedBy;
  if (pull.state === 'merged') {
    return {
      result: 'ended',
      end: 'merged',
      mergeCommit: pull.mergeCommit,
      by,
      lines: [
        line(context, 'merged', {
          commit: pull.mergeCommit,
          rule: by ? 'merged by hand' : 'every check passed',
          by,
        }),
      ],
    };
  }
  if (pull.state === 'closed') {
    return {
      result: 'ended',
      end: 'discarded',
      by,
      reason: {
        code: 'closed',
        message: `${by ?? 'Somebody'} closed pull request #${pull.number} unmerged.`,
      },
      lines: [],
    };
  }
  return undefined;
}

function takenOver(change: Change): WriteResult {
  return {
    result: 'held',
    reason: {
      code: 'takenOver',
      message: `Somebody else moved branch ${change.branch}; their commits are kept and we stop writing. Merge or close the pull request there, or discard this run.`,
    },
  };
}

function waiting(context: WriteContext, reason: Reason): WriteResult {
  const { change, revision } = context;
  const news =
    change.state !== 'waiting' || change.reason?.message !== reason.message;
  return {
    result: 'waiting',
    change: { ...change, state: 'waiting', reason },
    until: revision.judgeAt,
    lines: news
      ? [
          line(context, 'waitingForApproval', {
            reason,
            needed: change.approvalsNeeded,
            whom: change.ownerRef,
          }),
        ]
      : [],
  };
}

function line(
  { change, now }: WriteContext,
  kind: TimelineRow['kind'],
  data: Record<string, unknown>,
): TimelineRow {
  return { kind, changeId: change.id, data, at: now };
}
