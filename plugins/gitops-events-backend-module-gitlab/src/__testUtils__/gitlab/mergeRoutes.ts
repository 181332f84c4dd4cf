import { z } from 'zod';
import { created, notFound, ok, refused, type Route } from './answer';
import type { MergeRequestStore } from './mergeRequestStore';
import {
  mergeRequestView,
  mergeStatus,
  type ViewOptions,
} from './mergeRequestView';
import { merge } from './merging';

/** Merging and merge trains; what it refuses, and in which order, as in GitLab's `lib/api/merge_requests.rb`. */
export function mergeRoutes(
  options: ViewOptions & { mergeRequests: MergeRequestStore },
): Route[] {
  const { repository, rules, mergeRequests } = options;
  const isWrong = (sha: string | undefined, head: string) =>
    sha !== undefined && sha !== head
      ? refused(409, `SHA does not match HEAD of source branch: ${head}`)
      : undefined;
  const train = /^\/merge_trains\/merge_requests\/(\d+)$/;
  return [
    {
      ...{ method: 'PUT', path: /^\/merge_requests\/(\d+)\/merge$/ },
      accepts: z
        .strictObject({
          merge_commit_message: z.string(),
          squash_commit_message: z.string(),
          should_remove_source_branch: z.boolean(),
          auto_merge: z.boolean(),
          sha: z.string(),
          squash: z.boolean(),
        })
        .partial(),
      async answer({ params: [iid], parameters: asked, actor }) {
        const found = mergeRequests.find(iid);
        if (!found) return notFound('Not found');
        if (rules.mayNotMerge) return refused(401, '401 Unauthorized');
        const status = await mergeStatus(repository, rules, found);
        const conflicts = ['conflict', 'need_rebase'];
        if (conflicts.includes(status) || rules.unchecked > 0) {
          return refused(422, 'Branch cannot be merged');
        }
        if (status !== 'mergeable') {
          return refused(405, '405 Method Not Allowed');
        }
        const wrong = isWrong(asked.sha, found.sha);
        if (wrong) return wrong;
        await merge(repository, found, {
          ...{ method: rules.method, squash: asked.squash, by: actor },
          message: asked.squash_commit_message,
        });
        return ok(await mergeRequestView(options, found));
      },
    },
    {
      ...{ method: 'GET', path: train, accepts: z.strictObject({}) },
      async answer({ params: [iid] }) {
        const found = mergeRequests.find(iid);
        return found?.boardedBy
          ? ok({ id: 1, status: found.state === 'merged' ? 'merged' : 'fresh' })
          : notFound('Not found');
      },
    },
    {
      ...{ method: 'POST', path: train },
      accepts: z
        .strictObject({
          auto_merge: z.boolean(),
          when_pipeline_succeeds: z.boolean(),
          sha: z.string(),
          squash: z.boolean(),
        })
        .partial(),
      async answer({ params: [iid], parameters: asked, actor }) {
        const found = mergeRequests.find(iid);
        if (!found) return notFound('Not found');
        if (!rules.mergeTrains) return refused(403, '403 Forbidden');
        const wrong = isWrong(asked.sha, found.sha);
        if (wrong) return wrong;
        const status = await mergeStatus(repository, rules, found);
        const later = asked.auto_merge ?? asked.when_pipeline_succeeds ?? false;
        const boards =
          status === 'mergeable' || (later && status === 'ci_still_running');
        if (!boards) return refused(400, 'Failed to merge');
        found.boardedBy = actor;
        const at = new Date().toISOString();
        const body = 'started a merge train';
        found.systemNotes.push({ body, author: actor, at });
        return created([{ id: 1, status: 'idle' }]);
      },
    },
  ];
}
