import { z } from 'zod';
import { created, notFound, ok, refused, type Route } from './answer';
import type {
  MergeRequestStore,
  StoredMergeRequest,
} from './mergeRequestStore';
import { mergeRequestView, type ViewOptions } from './mergeRequestView';
import { account, users } from './projectRoutes';

const change = {
  description: z.string(),
  labels: z.string(),
  reviewer_ids: z.array(z.number()),
  remove_source_branch: z.boolean(),
  squash: z.boolean(),
  title: z.string().min(1).max(255),
};

/** `merge_requests` of GitLab's API; parameters as it declares them in `lib/api/merge_requests.rb`. */
export function mergeRequestRoutes(
  options: ViewOptions & {
    mergeRequests: MergeRequestStore;
    /** Text in which GitLab would look for orders. */
    wrote(text: string): void;
  },
): Route[] {
  const { repository, mergeRequests, wrote } = options;
  const view = (found: StoredMergeRequest) => mergeRequestView(options, found);
  const one = /^\/merge_requests\/(\d+)$/;
  return [
    {
      ...{ method: 'GET', path: /^\/merge_requests$/ },
      accepts: z.strictObject({
        source_branch: z.string().optional(),
        state: z.enum(['opened', 'closed', 'locked', 'merged', 'all']),
        scope: z.enum(['created_by_me', 'assigned_to_me', 'all']),
        order_by: z.enum(['created_at', 'updated_at', 'title']),
        sort: z.enum(['asc', 'desc']),
        per_page: z.coerce.number().max(100),
        page: z.coerce.number().optional(),
      }),
      async answer({ parameters }) {
        const { source_branch: branch, state, sort } = parameters;
        const found = mergeRequests.all.filter(
          it =>
            (branch === undefined || it.source === branch) &&
            (state === 'all' || it.state === state),
        );
        if (sort === 'desc') found.reverse();
        const { page = 1, per_page: size } = parameters;
        const from = (Number(page) - 1) * Number(size);
        const some = found.slice(from, from + Number(size));
        return ok(await Promise.all(some.map(view)));
      },
    },
    {
      ...{ method: 'GET', path: one, accepts: z.strictObject({}) },
      async answer({ params: [iid] }) {
        const found = mergeRequests.find(iid);
        return found ? ok(await view(found)) : notFound('Not found');
      },
    },
    {
      ...{ method: 'POST', path: /^\/merge_requests$/ },
      accepts: z
        .strictObject({
          ...change,
          source_branch: z.string(),
          target_branch: z.string(),
        })
        .partial()
        .required({ title: true, source_branch: true, target_branch: true }),
      async answer({ parameters: asked }) {
        const { source_branch: source, target_branch: target } = asked;
        const other = mergeRequests.all.find(
          it =>
            it.state === 'opened' &&
            it.source === source &&
            it.target === target,
        );
        if (other) {
          return refused(409, [
            `Another open merge request already exists for this source branch: !${other.iid}`,
          ]);
        }
        wrote(asked.description);
        const sha = (await repository.branches()).get(source) ?? '';
        mergeRequests.all.push({
          ...{ iid: mergeRequests.all.length + 1, title: asked.title },
          ...{ description: asked.description ?? '', state: 'opened' },
          ...{ source, target, sha, mergeCommit: null, squashCommit: null },
          ...{ labels: namesOf(asked.labels) },
          ...{ reviewers: named(asked.reviewer_ids ?? []) },
          ...{ closedBy: null, mergedBy: null, boardedBy: null },
          ...{ notes: [], systemNotes: [] },
        });
        return created(await view(mergeRequests.all.at(-1)!));
      },
    },
    {
      ...{ method: 'PUT', path: one },
      accepts: z
        .strictObject({
          ...change,
          add_labels: z.string(),
          state_event: z.enum(['close', 'reopen']),
          target_branch: z.string(),
        })
        .partial(),
      async answer({ params: [iid], parameters: asked, actor }) {
        const found = mergeRequests.find(iid);
        if (!found) return notFound('Not found');
        if (asked.description !== undefined) wrote(asked.description);
        found.title = asked.title ?? found.title;
        found.description = asked.description ?? found.description;
        found.labels.push(...namesOf(asked.add_labels));
        if (asked.reviewer_ids) found.reviewers = named(asked.reviewer_ids);
        if (asked.state_event === 'close' && found.state === 'opened') {
          Object.assign(found, { state: 'closed', closedBy: actor });
        }
        return ok(await view(found));
      },
    },
    {
      ...{ method: 'GET', path: /^\/merge_requests\/(\d+)\/notes$/ },
      accepts: z.strictObject({
        sort: z.enum(['asc', 'desc']),
        per_page: z.coerce.number().max(100),
        page: z.coerce.number(),
      }),
      async answer({ params: [iid], parameters: { page, per_page, sort } }) {
        const { notes, systemNotes } = mergeRequests.find(iid)!;
        const all = [
          ...notes.map(body => ({ body, author: 'gitops-bot', system: false })),
          ...systemNotes.map(it => ({ ...it, system: true })),
        ].map((it, index) => ({
          ...{ id: index + 1, body: it.body, system: it.system },
          author: account(it.author),
          created_at: 'at' in it ? it.at : new Date(0).toISOString(),
        }));
        if (sort === 'desc') all.reverse();
        const [at, size] = [Number(page), Number(per_page)];
        return ok(all.slice((at - 1) * size, at * size));
      },
    },
    {
      ...{ method: 'POST', path: /^\/merge_requests\/(\d+)\/notes$/ },
      accepts: z.strictObject({ body: z.string().min(1) }),
      async answer({ params: [iid], parameters: { body } }) {
        wrote(body);
        mergeRequests.find(iid)!.notes.push(body);
        return created({ id: 1, body });
      },
    },
  ];
}

function named(ids: number[]): string[] {
  return ids.map(id => Object.keys(users).find(name => users[name] === id)!);
}

/** As GitLab's `CommaSeparatedToArray` does. */
function namesOf(labels = ''): string[] {
  return labels
    .split(',')
    .map(label => label.trim())
    .filter(label => label !== '');
}
