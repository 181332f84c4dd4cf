import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import { waitsForStop } from '../stop/waitsForStop';
import type { Stop } from '../store/stops';
import { decideMerge } from './mergeDecision';
import { endOf, personEnded, takenOver } from './personEnded';
import { remindOrClose } from './remindOrClose';
import { line, type WriteContext, type WriteResult } from './writeResult';

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
  const reviewers = (await context.reviewers?.()) ?? [];
  const pull = await host.propose({
    repository: change.repository,
    branch: change.branch,
    base: change.base,
    title: change.title,
    body: change.body,
    ...{ labels: change.labels, reviewers },
  });
  const ended = endOf(context, pull);
  if (ended) return ended;
  const first = change.pullNumber === undefined;
  return {
    result: 'moved',
    change: {
      ...change,
      ...{ state: 'proposed', reviewers },
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
      : remindOrClose(context, waiting(context, decision.reason));
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
      return remindOrClose(
        context,
        waiting(context, { code: 'blocked', message: outcome.message }),
      );
    default:
      return (await personEnded(context)) ?? takenOver(change);
  }
}

function waiting(
  context: WriteContext,
  reason: Reason,
): Extract<WriteResult, { result: 'waiting' }> {
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
