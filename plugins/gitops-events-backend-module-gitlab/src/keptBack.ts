import type { HeedPeople } from '@gitops-events/plugin-gitops-events-node';
import type { Connection } from './connection';
import type { MergeRequest } from './mergeRequests';
import { systemNotes } from './systemNotes';
import { waitsFor } from './waitsFor';

/** What GitLab itself says about drafts and trains. Source: its `SystemNotes::MergeRequestsService`, `SystemNotes::MergeTrainService`. */
const draft = /^marked this merge request as \*\*draft\*\*/;
const train =
  /^(started a merge train|added this merge request to the merge train|(removed|aborted) this merge request from the merge train)/;

/**
 * What kept it from being merged, in a sentence for its timeline; undefined where
 * nothing did. GitLab tells who it was in notes of its own. A push takes it off
 * the train too, and is no reason.
 */
export async function keptBack(
  connection: Connection,
  found: MergeRequest,
  heed: HeedPeople,
): Promise<string | undefined> {
  const notes = await systemNotes(connection, found.iid);
  const last = (says: RegExp, since: number) =>
    notes.find(({ body, at }) => says.test(body) && at > since);

  const drafted = found.draft && last(draft, heed.draftSince);
  if (drafted) {
    return `${drafted.by} turned it into a draft on GitLab. Mark it as ready there, or merge it in the portal.`;
  }
  // What does not fit base any more is rendered again, whoever took it off for that.
  if (waitsFor(found, '').is === 'outdated') return undefined;
  const moved = last(train, heed.outSince);
  if (!moved || !/^(removed|aborted)/.test(moved.body)) return undefined;
  const why = / because (.*?)\.?$/.exec(moved.body)?.[1];
  if (why && /source branch/i.test(why)) return undefined;
  const what = why
    ? `GitLab took it off the merge train because ${why}.`
    : `${moved.by} took it off the merge train of GitLab.`;
  return `${what} Put it back there, merge it in the portal, or close it.`;
}
