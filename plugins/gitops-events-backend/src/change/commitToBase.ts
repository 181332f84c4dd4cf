import { commitRequest } from './commitRequest';
import { decideMerge, type MergeDecision } from './mergeDecision';
import { changeTrailer } from './message';
import { line, type WriteContext, type WriteResult } from './writeResult';

/**
 * A change that needs no person goes to its base without a pull request, and
 * only while base is where it was rendered. Others write there too, so before
 * anything else it is looked for among what came since: an answer may have been
 * lost. Where a person is needed, or the host does not take it, it is proposed
 * as any other.
 */
export async function commitToBase(
  context: WriteContext,
): Promise<WriteResult> {
  const { change, revision } = context;
  const before = await hasLanded(context);
  if (before) return before;
  if (context.reverted) return { result: 'sortAgain' };
  const decision = decideMerge(context);
  switch (decision.decision) {
    case 'close': {
      const { by, end, comment } = decision;
      const message = comment ?? 'It was ended before anything was written.';
      const reason = change.asked?.reason ?? { code: end, message };
      return { result: 'ended', ...{ end, by, reason }, lines: [] };
    }
    case 'wait':
      return byPullRequest(context, decision.reason.message);
    default:
      if (revision.judgedBy !== context.judgedBy) {
        return { result: 'judgeAgain' };
      }
      return revision.diff.length === 0
        ? { result: 'ended', end: 'alreadySo', lines: [] }
        : push(context, decision);
  }
}

/** What became of it, where an earlier call made its commit. */
export async function hasLanded(
  context: WriteContext,
  seen?: string,
): Promise<WriteResult | undefined> {
  const { host, change, intent } = context;
  const { repository, base } = change;
  const head = seen ?? (await host.head(repository, base));
  if (!head || !intent || head === intent || !host.findCommit) return undefined;
  const commit = await host.findCommit({
    ...{ repository, head, since: intent },
    line: changeTrailer(change.id),
  });
  return commit === undefined ? undefined : landed(context, commit);
}

async function push(
  context: WriteContext,
  decision: Extract<MergeDecision, { decision: 'merge' }>,
): Promise<WriteResult> {
  const { host, change, revision } = context;
  if (!host.findCommit) {
    return byPullRequest(context, 'Its host takes pull requests only.');
  }
  try {
    const outcome = await host.commit({
      ...commitRequest(context),
      branch: change.base,
      expectedHead: revision.baseCommit,
    });
    if (outcome.outcome === 'committed') {
      return landed(context, outcome.commit, decision);
    }
    const { head } = outcome;
    return (
      (await hasLanded(context, head)) ?? {
        result: 'renderAgain',
        lines: [line(context, 'conflict', { baseHead: head })],
      }
    );
  } catch (error) {
    // A rule of the repository: others may not write to this branch, or not so.
    if ((error as Error).name !== 'InputError') throw error;
    return byPullRequest(context, (error as Error).message);
  }
}

function landed(
  context: WriteContext,
  commit: string,
  decision?: Extract<MergeDecision, { decision: 'merge' }>,
): WriteResult {
  const { rule = 'every check passed', by } = decision ?? {};
  return {
    result: 'ended',
    ...{ end: 'merged', by, mergeCommit: commit },
    lines: [line(context, 'merged', { commit, rule, by, direct: true })],
  };
}

function byPullRequest(context: WriteContext, message: string): WriteResult {
  const reason = { code: 'notDirect', message };
  return {
    result: 'moved',
    change: { ...context.change, direct: false },
    lines: [line(context, 'proposedInstead', { reason })],
  };
}
