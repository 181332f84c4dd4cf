import { account } from './account';
import { created, notFound, ok, refused, type Route } from './answer';
import type { BareRepository } from '@gitops-events/plugin-gitops-events-node/testUtils';

/** REST: branches, as GitHub makes, moves and deletes them one at a time. */
export function refRoutes(
  repository: BareRepository,
  isVisible: (branch: string) => boolean,
): Route[] {
  const view = (branch: string, head: string) => ({
    ref: `refs/heads/${branch}`,
    object: { type: 'commit', sha: head },
  });
  const headOf = async (branch: string) =>
    (await repository.branches()).get(branch);

  return [
    {
      method: 'GET',
      path: /^\/git\/ref\/heads\/(.+)$/,
      async answer({ params: [branch] }) {
        const head = await headOf(branch);
        if (!head || !isVisible(branch)) return notFound();
        return ok(view(branch, head));
      },
    },
    {
      // Whatever went past this server was pushed by a person.
      method: 'GET',
      path: /^\/activity$/,
      async answer({ query }) {
        const branch = query.get('ref') ?? '';
        const after = await headOf(branch);
        return ok([
          {
            ...{ ref: `refs/heads/${branch}`, after, before: '0'.repeat(40) },
            ...{ activity_type: 'push', timestamp: new Date().toISOString() },
            actor: account('dana'),
          },
        ]);
      },
    },
    {
      method: 'POST',
      path: /^\/git\/refs$/,
      async answer({ body: { ref, sha } }) {
        const branch = ref.replace('refs/heads/', '');
        if (await headOf(branch)) return refused('Reference already exists');
        if ((await repository.typeOf(sha)) !== 'commit') {
          return refused('Object does not exist');
        }
        await repository.updateRefs([{ name: ref, after: sha }]);
        return created(view(branch, sha));
      },
    },
    {
      method: 'PATCH',
      path: /^\/git\/refs\/heads\/(.+)$/,
      async answer({ params: [branch], body: { sha, force } }) {
        const head = await headOf(branch);
        if (!head) return refused('Reference does not exist');
        if (!force && !(await repository.isAncestor(head, sha))) {
          return refused('Update is not a fast forward');
        }
        await repository.updateRefs([
          { name: `refs/heads/${branch}`, before: head, after: sha },
        ]);
        return ok(view(branch, sha));
      },
    },
    {
      method: 'DELETE',
      path: /^\/git\/refs\/heads\/(.+)$/,
      async answer({ params: [branch] }) {
        const head = await headOf(branch);
        if (!head) return refused('Reference does not exist');
        await repository.updateRefs([
          { name: `refs/heads/${branch}`, after: '0'.repeat(40) },
        ]);
        return { status: 204, body: undefined };
      },
    },
  ];
}
