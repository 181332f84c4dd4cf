import { endOf } from './personEnded';
import { decideStale } from './staleness';
import { line, type WriteContext, type WriteResult } from './writeResult';

type Waiting = Extract<WriteResult, { result: 'waiting' }>;

/** Says on a pull request that it waits, then closes it; each once for its content. */
export async function remindOrClose(
  context: WriteContext,
  waiting: Waiting,
): Promise<WriteResult> {
  const { host, revision, stale, now } = context;
  const { change } = waiting;
  // While writing is stopped nothing is said there either.
  if (!stale || context.stop) return waiting;
  const due = decideStale({ change, revision, after: stale, now });
  if (due === 'wait') return waiting;

  const at = { repository: change.repository, number: change.pullNumber! };
  const waited = daysOf(now - revision.sealedAt);
  if (due === 'remind') {
    const text = `Nobody has decided about this for ${waited}. ${change.reason!.message} It is closed when it has waited for ${daysOf(stale.closeMs)}.`;
    await host.comment({ ...at, key: `reminder ${revision.revision}`, text });
    return {
      ...waiting,
      change: { ...change, remindedAt: now },
      lines: [
        ...waiting.lines,
        line(context, 'comment', { by: 'GitOps Events', text }),
      ],
    };
  }

  const message = `Nobody decided about it for ${waited}. Ask again where it came from if it is still wanted.`;
  await host.comment({
    ...{ ...at, key: `stale ${revision.revision}`, text: message },
  });
  const closed = await host.close({ ...at, reason: message });
  const ended = await endOf(context, closed);
  if (ended && (closed.state === 'merged' || closed.endedBy)) return ended;
  return {
    ...{ result: 'ended', end: 'discarded', lines: [] },
    reason: { code: 'stale', message },
  };
}

function daysOf(ms: number): string {
  const days = Math.floor(ms / (24 * 60 * 60_000));
  return days === 1 ? '1 day' : `${days} days`;
}
