import {
  git,
  type BareRepository,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { z } from 'zod';
import { notFound, ok, refused, type Route } from './answer';
import type { Rules } from './rules';

/** Users of this GitLab, by name. */
export const users: Record<string, number> = {
  'gitops-bot': 7,
  dana: 8,
  pia: 9,
};

export const account = (username: string) => ({
  ...{ id: users[username] ?? 0, username, name: username },
  ...{ state: 'active', web_url: `https://gitlab.example.com/${username}` },
});

/** The project, and what GitLab knows besides of it. */
export function projectRoutes(
  repository: BareRepository,
  rules: Rules,
): Route[] {
  return [
    {
      ...{ method: 'GET', path: /^$/, accepts: z.strictObject({}) },
      answer: async () =>
        ok({
          ...{ id: 1, path_with_namespace: 'acme/platform/deployments' },
          ...{ default_branch: 'main', merge_method: rules.method },
          merge_trains_enabled: rules.mergeTrains,
        }),
    },
    {
      ...{ method: 'GET', path: /^\/repository\/merge_base$/ },
      accepts: z.strictObject({ refs: z.array(z.string()).min(2) }),
      async answer({ parameters: { refs } }) {
        for (const id of refs) {
          if (!(await repository.typeOf(id))) {
            return refused(400, `Could not find ref: ${id}`);
          }
        }
        const base = await git(repository.directory, [
          'merge-base',
          ...refs,
        ]).catch(() => undefined);
        return base ? ok({ id: base }) : notFound('Merge Base');
      },
    },
    {
      ...{ method: 'GET', path: /^\/repository\/commits$/ },
      accepts: z.strictObject({
        ref_name: z.string().regex(/^([0-9a-f]{40}\.\.)?[0-9a-f]{40}$/),
        page: z.string(),
        per_page: z.string(),
      }),
      async answer({ parameters: { ref_name: range, page, per_page: size } }) {
        const [head, since] = range.split('..').reverse();
        const ids = (await repository.between(since, head)).reverse();
        const from = (Number(page) - 1) * Number(size);
        const commits = [];
        for (const id of ids.slice(from, from + Number(size))) {
          const { message } = await repository.commit(id);
          commits.push({ id, message });
        }
        return ok(commits);
      },
    },
  ];
}

export const userRoutes: Route[] = [
  {
    ...{ method: 'GET', path: /^\/user$/, accepts: z.strictObject({}) },
    answer: async ({ actor }) => ok(account(actor)),
  },
  {
    ...{ method: 'GET', path: /^\/users$/ },
    accepts: z.strictObject({ username: z.string() }),
    answer: async ({ parameters: { username } }) =>
      ok(users[username] ? [account(username)] : []),
  },
];
