import type { RecentMap } from '@gitops-events/plugin-gitops-events-node';
import { z } from 'zod';
import type { Connection } from './connection';
import { statusOf, type GitlabAnswer } from './gitlabAnswer';

const mergeBase = z.object({ id: z.string() });

/** Whether `revision` is `commit` or one of its ancestors. */
export async function containsCommit(
  { api, repository }: Connection,
  known: RecentMap<boolean>,
  commit: string,
  revision: string,
): Promise<boolean> {
  if (commit === revision) return true;
  const key = `${repository} ${commit} ${revision}`;
  const answer = known.get(key);
  if (answer !== undefined) return answer;
  try {
    const { id } = await api('GET', 'repository/merge_base', mergeBase, {
      refs: [commit, revision],
    });
    known.set(key, id === revision);
    return id === revision;
  } catch (refusal) {
    const isAnswer = [400, 404].includes(statusOf(refusal) ?? 0);
    // Its project is not there; else it does not know one of the two, or they share nothing.
    const isOther = /project/i.test((refusal as GitlabAnswer).sentence);
    if (!isAnswer || isOther) throw refusal;
    return false;
  }
}
