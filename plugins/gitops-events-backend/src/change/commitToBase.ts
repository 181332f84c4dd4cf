import { commitRequest } from './commitRequest';
import { decideMerge, type MergeDecision } from './mergeDecision';
import { changeTrailer } from './message';
import { line, type WriteContext, type WriteResult } from './writeResult';

/**
 * A change that needs no person goes to its base without a pull request, and
 * only while base is where it was rendered. Others write there too, so whatever
 * else happens it is first looked for among what came since: an answer may have
 * been lost. Where a person is needed, or the host does not take it, it is
 * proposed as any other.
 */
export async function commitToBase(
  context: WriteContext,
): Promise<WriteResult> {
  const { change, revision } = context;
  const decision = decideMerge(context);
  if (decision.decision === 'merge' && !context.reverted) {
    if (revision.judgedBy !== context.judgedBy) return { result: 'judgeAgain' };
    const outcome = await push(context);
    if ('commit' in outcome) return landed(context, outcome.commit, decision);
    const head = 'head' in outcome ? outcome.head : undefined;
    const ours = await lookBack(context, head);
    if (ours) return landed(context, ours, decision);
    return 'refusal' in outcome
      ? byPullRequest(context, outcome.refusal)
      : {
          result: 'renderAgain',
          lines: [line(context, 'conflict', { baseHead: outcome.head })],
        };
  }
  const ours = await lookBack(context);
  if (ours) return landed(context, ours);
  if (decision.decision === 'close') {
    const { by, end, comment } = decision;
    return {
      result: 'ended',
      ...{ end, by },
      reason: change.asked?.reason ?? {
        code: end,
        message: comment ?? 'It was ended before anything was written.',
      },
      lines: [],
    };
  }
  if (context.reverted) return { result: 'sortAgain' };
  return byPullRequest(
    context,
    decision.decision === 'wait' ? decision.reason.message : undefined,
  );
}

/** Nothing is left to commit where base has all of it. */
async function push(
  context: WriteContext,
): Promise<
  { commit: string } | { head: string | undefined } | { refusal: string }
> {
  const { host, change, revision } = context;
  const { baseCommit } = revision;
  if (!host.findCommit)
    return { refusal: 'Its host takes pull requests only.' };
  try {
    const outcome = await host.commit({
      ...commitRequest(context),
      branch: change.base,
      expectedHead: baseCommit,
    });
    return outcome.outcome === 'committed'
      ? { commit: outcome.commit }
      : { head: outcome.head };
  } catch (error) {
    // A rule of the repository: others may not write to this branch, or not so.
    if ((error as Error).name !== 'InputError') throw error;
    return { refusal: (error as Error).message };
  }
}

/** Our commit, if an earlier call made it. */
async function lookBack(
  { host, change, intent }: WriteContext,
  seen?: string,
): Promise<string | undefined> {
  const { repository, base } = change;
  const head = seen ?? (await host.head(repository, base));
  if (!head || !intent || head === intent || !host.findCommit) return undefined;
  return host.findCommit({
    ...{ repository, head, since: intent },
    line: changeTrailer(change.id),
  });
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

function byPullRequest(context: WriteContext, why?: string): WriteResult {
  const reason = why && { code: 'notDirect', message: why };
  return {
    result: 'moved',
    change: { ...context.change, direct: false },
    lines: [line(context, 'proposedInstead', { ...(reason && { reason }) })],
  };
}
