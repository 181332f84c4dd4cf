import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import { waitsForStop } from '../stop/waitsForStop';
import type { Stop } from '../store/stops';
import type { Change } from '../store/changeRow';
import { commitRequest } from './commitRequest';
import { commitToBase, hasLanded } from './commitToBase';
import { decideMerge, isReady, type MergeDecision } from './mergeDecision';
import { mergeChange } from './mergeChange';
import { endOf, personEnded, takenOver } from './personEnded';
import { remindOrClose } from './remindOrClose';
import { waiting } from './waiting';
import { line, type WriteContext, type WriteResult } from './writeResult';

/** Takes a change one call further. Each call is conditional, so a second one changes nothing. */
export async function writeChange(context: WriteContext): Promise<WriteResult> {
  if (context.stop) return look(context, context.stop);
  switch (context.change.state) {
    case 'sealed':
      return context.change.direct ? commitToBase(context) : commit(context);
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
  const ended = pull
    ? await endOf(context, pull)
    : change.direct && (await hasLanded(context));
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
  const { host, change, revision } = context;
  if (revision.diff.length === 0) return nothingLeft(context);
  const outcome = await host.commit({
    ...commitRequest(context),
    branch: change.branch,
    expectedHead: revision.expectedHead,
  });
  if (outcome.outcome === 'stale') {
    return (await personEnded(context)) ?? takenOver(context);
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
    ? (await endOf(context, pull))!
    : { result: 'ended', end: 'alreadySo', lines: [] };
}

async function propose(context: WriteContext): Promise<WriteResult> {
  const { host, change } = context;
  const reviewers = (await context.reviewers?.()) ?? [];
  const pull = await host.propose({
    ...proposalOf(change),
    ...(change.draft && { draft: true }),
    reviewers,
  });
  const ended = await endOf(context, pull);
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

function proposalOf(change: Change) {
  const { repository, branch, base, title, body, labels } = change;
  return { repository, branch, base, title, body, labels };
}

/** People are told by the host that it is theirs now. */
async function makeReady(context: WriteContext): Promise<WriteResult> {
  const { host, change } = context;
  const pull = await host.propose({ ...proposalOf(change), draft: false });
  return (
    (await endOf(context, pull)) ?? {
      result: 'moved',
      change: { ...change, draft: false },
      lines: [line(context, 'pullRequestReady', { number: pull.number })],
    }
  );
}

async function judge(context: WriteContext): Promise<WriteResult> {
  const { change, revision } = context;
  const decision = decideMerge(context);
  if (decision.decision === 'close') return close(context, decision);
  if (context.reverted) {
    return (await personEnded(context)) ?? { result: 'sortAgain' };
  }
  // Merging names the head that was judged, so only what waits looks first.
  if (decision.decision === 'wait') {
    const ended = await personEnded(context);
    if (ended) return ended;
    if (change.draft && isReady(decision) && !context.stop) {
      return makeReady(context);
    }
    const { judgeAt } = revision;
    return judgeAt !== undefined && judgeAt <= context.now
      ? { result: 'judgeAgain' }
      : remindOrClose(context, waiting(context, decision.reason));
  }
  return revision.judgedBy === context.judgedBy
    ? mergeChange(context, decision)
    : { result: 'judgeAgain' };
}

/** What a person wrote about another change is for the portal alone. */
function wordsFor(reason: Reason | undefined): string | undefined {
  return reason?.code === 'reverted'
    ? 'What an earlier run wrote here was taken back. The portal says by whom and why.'
    : reason?.message;
}

async function close(
  context: WriteContext,
  { by, end, comment }: Extract<MergeDecision, { decision: 'close' }>,
): Promise<WriteResult> {
  const { host, change } = context;
  const { reason } = change.asked!;
  // What a person took over is theirs; another one asked to close it all the same.
  const ended = by === undefined && (await personEnded(context));
  if (ended) return ended;
  const closed = await host.close({
    repository: change.repository,
    number: change.pullNumber!,
    reason: comment ?? wordsFor(reason) ?? 'Closed in the portal.',
  });
  if (closed.state === 'merged') return (await endOf(context, closed))!;
  return {
    result: 'ended',
    ...{ end, by },
    reason: reason ?? {
      code: end,
      message: comment ?? 'The pull request was closed in the portal.',
    },
    lines: [],
  };
}
