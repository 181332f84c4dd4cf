import { account, team } from './account';
import type { BareRepository } from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  created,
  notFound,
  ok,
  refused,
  type Answer,
  type Route,
} from './answer';
import { nodeIdOf } from './pullGraphql';
import type { PullStore, StoredPull } from './pullStore';
import { collaborators, refusalOf, type Rules } from './rules';

/** REST: pull requests, and the issues that they are too. */
export function pullRoutes(options: {
  repository: BareRepository;
  pulls: PullStore;
  rules: Rules;
  isVisible(branch: string): boolean;
  url: string;
}): Route[] {
  const { repository, pulls, rules, isVisible, url } = options;
  const find = (number: string) => pulls.all[Number(number) - 1];
  const view = (pull: StoredPull) => ({
    number: pull.number,
    node_id: nodeIdOf(pull),
    html_url: `${url}/pull/${pull.number}`,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    draft: pull.draft,
    user: account(pull.openedBy),
    created_at: '2026-01-01T00:00:00Z',
    merged_at: pull.merged ? '2026-01-01T00:00:00Z' : null,
    merge_commit_sha: pull.mergeCommit,
    head: { ref: pull.headRef, sha: pull.headSha, repo: { id: 1 } },
    base: { ref: pull.baseRef, repo: { id: 1 } },
    labels: pull.labels.map(name => ({ name })),
    requested_reviewers: pull.reviewers
      .filter(one => !one.includes('/'))
      .map(account),
    requested_teams: pull.reviewers
      .filter(one => one.includes('/'))
      .map(one => team(one.split('/')[1])),
  });

  return [
    {
      method: 'GET',
      path: /^\/pulls$/,
      async answer({ query }) {
        const branch = query.get('head')?.split(':')[1];
        const state = query.get('state') ?? 'open';
        return ok(
          pulls.all
            .filter(pull => !branch || pull.headRef === branch)
            .filter(pull => state === 'all' || pull.state === state)
            .reverse()
            .slice(0, Number(query.get('per_page') ?? 30))
            .map(view),
        );
      },
    },
    {
      method: 'POST',
      path: /^\/pulls$/,
      async answer({ body: { head, base, title, body, draft }, actor }) {
        const branches = await repository.branches();
        for (const [field, branch] of Object.entries({ head, base })) {
          if (!branches.has(branch) || !isVisible(branch)) {
            const resource = 'PullRequest';
            return refused('Validation Failed', [
              { resource, field, code: 'invalid' },
            ]);
          }
        }
        const custom = (message: string) =>
          refused('Validation Failed', [
            { resource: 'PullRequest', code: 'custom', message },
          ]);
        if (
          pulls.all.some(
            it =>
              it.state === 'open' && it.headRef === head && it.baseRef === base,
          )
        ) {
          return custom(`A pull request already exists for acme:${head}.`);
        }
        const headSha = branches.get(head)!;
        if (await repository.isAncestor(headSha, branches.get(base)!)) {
          return custom(`No commits between ${base} and ${head}`);
        }
        if (draft && rules.noDrafts) {
          return refused(
            'Draft pull requests are not supported in this repository.',
          );
        }
        const pull: StoredPull = {
          ...{ number: pulls.all.length + 1, title, body: body ?? null },
          ...{ state: 'open', merged: false, mergeCommit: null },
          ...{ closedBy: null, headRef: head, headSha, baseRef: base },
          ...{ labels: [], reviewers: [], comments: [] },
          ...{ draft: draft ?? false, openedBy: actor.login },
        };
        pulls.all.push(pull);
        return created(view(pull));
      },
    },
    {
      method: 'GET',
      path: /^\/pulls\/(\d+)$/,
      async answer({ params: [number] }) {
        const pull = find(number);
        if (!pull) return notFound();
        const unknown = pull.state !== 'open' || rules.mergeableUnknown-- > 0;
        return ok({
          ...view(pull),
          merged: pull.merged,
          mergeable: unknown ? null : await pulls.fits(pull),
        });
      },
    },
    {
      method: 'PATCH',
      path: /^\/pulls\/(\d+)$/,
      async answer({ params: [number], body, actor }) {
        const pull = find(number);
        if (!pull) return notFound();
        if (pull.merged && body.state) return refused('Validation Failed');
        if (body.state === 'closed') {
          Object.assign(pull, { state: 'closed', closedBy: actor.login });
        }
        if (body.state === 'open') {
          const { headRef: head } = pull;
          if (!(await repository.branches()).has(head)) {
            return refused('Validation Failed');
          }
          Object.assign(pull, { state: 'open', closedBy: null });
        }
        if (body.body !== undefined) pull.body = body.body;
        if (body.title !== undefined) pull.title = body.title;
        return ok(view(pull));
      },
    },
    {
      method: 'PUT',
      path: /^\/pulls\/(\d+)\/merge$/,
      async answer({ params: [number], body, actor }): Promise<Answer> {
        const pull = find(number);
        if (!pull) return notFound();
        const no = (status: number, message: string) => ({
          status,
          body: { message, status: String(status) },
        });
        if (pull.state !== 'open') {
          return no(405, 'Pull Request is not mergeable');
        }
        if (body.sha && body.sha !== pull.headSha) {
          return no(
            409,
            'Head branch was modified. Review and try the merge again.',
          );
        }
        if (pull.draft) return no(405, 'Pull Request is still a draft');
        const isBehind =
          rules.behind || (rules.strict && (await pulls.isBehind(pull)));
        const refusal = refusalOf(rules, isBehind);
        if (refusal) return no(405, refusal);
        const message = `${body.commit_title}\n\n${body.commit_message}`;
        const merged = await pulls.merge(pull, {
          ...{ how: body.merge_method, actor, message: message.trim() },
        });
        if (!merged) return no(405, 'Pull Request is not mergeable');
        return ok({
          sha: merged,
          merged: true,
          message: 'Pull Request successfully merged',
        });
      },
    },
    {
      method: 'GET',
      path: /^\/issues\/(\d+)$/,
      async answer({ params: [number] }) {
        const pull = find(number);
        if (!pull) return notFound();
        const { closedBy, state } = pull;
        return ok({
          ...{ number: pull.number, state },
          closed_by: closedBy ? account(closedBy) : null,
        });
      },
    },
    {
      method: 'POST',
      path: /^\/pulls\/(\d+)\/requested_reviewers$/,
      async answer({ params: [number], body }) {
        const pull = find(number);
        if (!pull) return notFound();
        const asked = [
          ...(body.reviewers ?? []),
          ...(body.team_reviewers ?? []).map((slug: string) => `acme/${slug}`),
        ];
        if (asked.some((one: string) => !collaborators.includes(one))) {
          return refused(
            'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the acme/deployments repository.',
          );
        }
        pull.reviewers = [...new Set([...pull.reviewers, ...asked])];
        return created(view(pull));
      },
    },
    {
      method: 'GET',
      path: /^\/issues\/(\d+)\/comments$/,
      async answer({ params: [number] }) {
        const pull = find(number);
        return pull ? ok(pull.comments.map(body => ({ body }))) : notFound();
      },
    },
    {
      method: 'POST',
      path: /^\/issues\/(\d+)\/comments$/,
      async answer({ params: [number], body }) {
        const pull = find(number);
        if (!pull) return notFound();
        pull.comments.push(body.body);
        return created({ body: body.body });
      },
    },
    {
      method: 'POST',
      path: /^\/issues\/(\d+)\/labels$/,
      async answer({ params: [number], body }) {
        const pull = find(number);
        if (!pull) return notFound();
        pull.labels = [...new Set([...pull.labels, ...body.labels])];
        return ok(pull.labels.map(name => ({ name })));
      },
    },
  ];
}
