import type { HeedPeople } from '@gitops-events/plugin-gitops-events-node';
import type { PullState } from './pullState';

/**
 * What somebody did on GitHub to keep it from being merged, in a sentence for its
 * timeline; undefined where nobody did. Pure. A push of ours takes it out of the
 * queue too, and is no reason.
 *
 * @param ourselves - the login that our credentials act as
 */
export function keptBack(
  { draft }: { draft?: boolean },
  state: PullState,
  ourselves: string,
  heed: HeedPeople | undefined,
): string | undefined {
  const { drafted, queued, mergeQueueEntry } = state;
  if (!heed) return undefined;
  if (draft && drafted && drafted.at > heed.draftSince) {
    return `${drafted.by} turned it into a draft on GitHub. Make it ready there, or merge it in the portal.`;
  }
  // What does not fit base any more is rendered again, whoever took it out for that.
  const isOut =
    !mergeQueueEntry &&
    state.mergeStateStatus !== 'DIRTY' &&
    queued?.what === 'RemovedFromMergeQueueEvent';
  return isOut && queued.by !== ourselves && queued.at > heed.outSince
    ? `${queued.by} took it out of the merge queue of GitHub. Put it back there, merge it in the portal, or close it.`
    : undefined;
}
