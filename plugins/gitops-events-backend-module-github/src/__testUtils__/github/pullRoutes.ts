import { account } from './account';
import type { BareRepository } from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  created,
  notFound,
  ok,
  refused,
  type Answer,
  type Route,
} from './answer';
import { identities } from './gitRoutes';
import type { PullStore, StoredPull } from './pullStore';

/** Rules of the repository, as a person sets them. */
export interface Rules {
  /** What merging is refused with, in GitHub's words. */
  mergeRefusal?: string;
  /** Questions still to be answered with "not computed yet". */
  mergeableUnknown: number;
}

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
    html_url: `${url}/pull/${pull.number}`,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    draft: false,
    merged_at: pull.merged ? '2026-01-01T00:00:00Z' : null,
    merge_commit_sha: pull.mergeCommit,
    head: { ref: pull.headRef, sha: pull.headSha, repo: { id: 1 } },
    base: { ref: pull.baseRef, repo: { id: 1 } },
    labels: pull.labels.map(name => ({ name })),
    ...{ requested_reviewers: [], requested_teams: [] },
  });
  const mergedTree = async (pull: StoredPull) => {
    const base = (await repository.branches()).get(pull.baseRef)!;
    return { base, tree: await repository.mergeTrees(base, pull.headSha) };
  };

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
      async answer({ body: { head, base, title, body } }) {
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
        const pull: StoredPull = {
          ...{ number: pulls.all.length + 1, title, body: body ?? null },
          ...{ state: 'open', merged: false, mergeCommit: null },
          ...{ closedBy: null, headRef: head, headSha, baseRef: base },
          labels: [],
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
          mergeable: unknown ? null : Boolean((await mergedTree(pull)).tree),
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
        if (rules.mergeRefusal) return no(405, rules.mergeRefusal);
        const { base, tree } = await mergedTree(pull);
        if (!tree) return no(405, 'Pull Request is not mergeable');
        const { author, committer } = identities({}, actor);
        const message = `${body.commit_title}\n\n${body.commit_message}`;
        const commit = await repository.writeCommit(
          { tree, parents: [base], message: message.trim() },
          author,
          committer,
        );
        await repository.updateRefs([
          {
            name: `refs/heads/${pull.baseRef}`,
            before: base,
            after: commit,
          },
        ]);
        Object.assign(pull, {
          ...{ state: 'closed', merged: true, mergeCommit: commit },
          closedBy: actor.login,
        });
        return ok({
          sha: commit,
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
