import type { Knex } from 'knex';
import {
  changeRowOf,
  revisionRowOf,
  type Change,
  type ChangeRevision,
} from '../../store/changeRow';
import { idOf, start } from './seed';

/** A change as it was sealed, with its revision and members. */
export async function seedChange(
  knex: Knex,
  change: { name: string; members?: string[] } & Partial<Change> & {
      revisionOf?: Partial<ChangeRevision>;
    },
): Promise<string> {
  const { name, members = [], revisionOf, ...rest } = change;
  const id = idOf(`change ${name}`);
  await knex('changes').insert(
    changeRowOf({
      id,
      host: 'local',
      repository: 'local:deployments',
      base: 'main',
      branch: `gitops-events/${id}`,
      sensor: 'promote-image',
      ownerRef: 'group:default/platform',
      mode: 'auto',
      title: name,
      body: '',
      labels: [],
      approvalsNeeded: 1,
      state: 'proposed',
      revision: 1,
      conflicts: 0,
      attempt: 0,
      dueAt: start,
      version: 1,
      createdAt: start + 20,
      ...rest,
    }),
  );
  await knex('change_revisions').insert(
    revisionRowOf({
      changeId: id,
      revision: rest.revision ?? 1,
      baseCommit: 'a'.repeat(40),
      files: [],
      diff: [
        diffOf('apps/shop/values.yaml', 2, 1),
        diffOf('apps/shop/readme.md', 3, 0),
      ],
      diffHash: 'h'.repeat(64),
      verdicts: [{ check: 'replicas', verdict: 'pass', reasons: [] }],
      unjudged: 0,
      mergesItself: true,
      message: name,
      sealedAt: start + 20,
      ...revisionOf,
    }),
  );
  for (const [index, runId] of members.entries()) {
    await knex('effects').insert({
      effect_id: `${id}-${index}`,
      run_seq: index,
      run_id: runId,
      step_id: 'bump',
      repository: 'local:deployments',
      base: 'main',
      change_key: name,
      state: 'member',
      change_id: id,
      revision: 1,
      input: '{}',
      flush_by: start,
      created_at: start,
    });
  }
  return id;
}

function diffOf(path: string, additions: number, deletions: number) {
  return {
    path,
    kind: 'modified' as const,
    additions,
    deletions,
    binary: false,
    patch: '@@ -1 +1 @@',
  };
}
