import type { HeedPeople } from '@gitops-events/plugin-gitops-events-node';
import { shownReason } from '../shownFailure';
import type { Change } from '../store/changeRow';
import type { MergeDecision } from './mergeDecision';
import { personEnded, takenOver } from './personEnded';
import { remindOrClose } from './remindOrClose';
import { waiting } from './waiting';
import { line, type WriteContext, type WriteResult } from './writeResult';

/** Merges the head that was judged, unless people at the host or its rules keep it from that. */
export async function mergeChange(
  context: WriteContext,
  { rule, by }: Extract<MergeDecision, { decision: 'merge' }>,
): Promise<WriteResult> {
  const { host, change, revision, author } = context;
  const at = {
    ...{ repository: change.repository, number: change.pullNumber! },
    heed: heedOf(context),
  };
  // What the host did not let merge is looked at, which costs no write, before it is tried again.
  if (change.state === 'waiting' && change.reason?.code === 'blocked') {
    const ended = await personEnded(context);
    if (ended) return ended;
    const blocked = await host.blocked?.(at);
    if (blocked && !isOver(change, blocked)) {
      const { message, checking = message === undefined && change.checking } =
        blocked;
      return isBlocked(context, { message, checking });
    }
  }
  const outcome = await host.merge({
    ...at,
    base: change.base,
    expectedHead: change.headCommit!,
    message: revision.message,
    author,
  });
  switch (outcome.outcome) {
    case 'merged': {
      const theirs = outcome.endedBy && (await personEnded(context));
      return (
        theirs || {
          ...{ result: 'ended', end: 'merged', by },
          mergeCommit: outcome.commit,
          lines: [
            line(context, 'merged', { commit: outcome.commit, rule, by }),
          ],
        }
      );
    }
    case 'conflict':
      return {
        result: 'renderAgain',
        lines: [line(context, 'conflict', { baseHead: outcome.baseHead })],
      };
    case 'blocked':
      return (await personEnded(context)) ?? isBlocked(context, outcome);
    default:
      return (await personEnded(context)) ?? takenOver(context);
  }
}

/** Its checks passed and something else keeps it, of which only a try to merge tells. */
function isOver(
  { checking: before }: Change,
  { message, checking }: { message?: string; checking?: boolean },
): boolean {
  return before === true && checking === false && message === undefined;
}

/** What people did at the host to keep it from merging counts until one of the portal asks for it. */
function heedOf({ change, revision }: WriteContext): HeedPeople {
  const asked = change.asked?.what === 'merge' ? (change.asked.at ?? 0) : 0;
  // Newer content may be what was missing.
  return { draftSince: asked, outSince: Math.max(asked, revision.sealedAt) };
}

/** What a person let merge is not left alone while its checks run: newer content takes its place, and asks again. */
function isBlocked(
  context: WriteContext,
  {
    message = context.change.reason!.message,
    checking = false,
  }: { message?: string; checking?: boolean },
): Promise<WriteResult> {
  const result = waiting(context, shownReason({ code: 'blocked', message }));
  const itself =
    context.change.mode === 'auto' && context.revision.mergesItself;
  const change = { ...result.change, checking: itself && checking };
  return remindOrClose(context, { ...result, change });
}
