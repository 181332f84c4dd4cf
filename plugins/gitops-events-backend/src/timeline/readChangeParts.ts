import type { ChangeView } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Approval } from '../store/approvals';
import type { Change } from '../store/changeRow';
import { isPostgres } from '../store/clock';
import { readInvolved } from '../store/readInvolved';
import type { ChangeParts, RevisionSummary } from './changeView';
import { maxRelatedRows } from './page';
import { groupBy } from './groupBy';
import { revertsOf } from '../store/reverts';
import { revertView } from './runView';

/** What the views of changes need beside their rows, in their order. */
export async function readChangeParts(
  knex: Knex,
  changes: Change[],
  membersEach: number,
): Promise<ChangeParts[]> {
  const ids = changes.map(({ id }) => id);
  const revisions = await readRevisions(knex, ids);
  const approvals = await readApprovals(knex, ids);
  const members = await readMembers(knex, ids, membersEach);
  // After the members, so that nobody is missing who had a part in one of them.
  const involved = await readInvolved(knex, ids);
  return changes.map(change => {
    const revision = revisions.get(change.id);
    return {
      change,
      revision,
      approvals: approvals.get(change.id) ?? [],
      involved: involved.get(change.id) ?? [],
      members: (members.get(change.id) ?? []).map(({ member }) => member),
    };
  });
}

/** The database counts the lines, so that diffs need not travel to be counted. */
async function readRevisions(
  knex: Knex,
  ids: string[],
): Promise<Map<string, RevisionSummary>> {
  const rows = await knex('change_revisions')
    .join('changes', join =>
      join
        .on('changes.id', 'change_revisions.change_id')
        .andOn('changes.revision', 'change_revisions.revision'),
    )
    .whereIn('changes.id', ids)
    .select(
      'change_revisions.change_id',
      'change_revisions.base_commit',
      'change_revisions.diff_hash',
      'change_revisions.verdicts',
      knex.raw(`${sumOf(knex, '1')} as files`),
      knex.raw(`${sumOf(knex, 'additions')} as additions`),
      knex.raw(`${sumOf(knex, 'deletions')} as deletions`),
    );
  return new Map(
    rows.map(row => [
      row.change_id,
      {
        baseCommit: row.base_commit,
        diffHash: row.diff_hash,
        verdicts: JSON.parse(row.verdicts),
        files: Number(row.files),
        additions: Number(row.additions),
        deletions: Number(row.deletions),
      },
    ]),
  );
}

function sumOf(knex: Knex, what: '1' | 'additions' | 'deletions'): string {
  const [each, value] = isPostgres(knex)
    ? [
        'json_array_elements(change_revisions.diff::json)',
        `(each.value->>'${what}')::int`,
      ]
    : [
        'json_each(change_revisions.diff)',
        `json_extract(each.value, '$.${what}')`,
      ];
  return `(select coalesce(sum(${what === '1' ? '1' : value}), 0) from ${each} as each)`;
}

async function readApprovals(
  knex: Knex,
  ids: string[],
): Promise<Map<string, Array<Approval & { diffHash: string }>>> {
  const rows = await knex('approvals')
    .whereIn('change_id', ids)
    .orderBy('at')
    .limit(maxRelatedRows);
  const byChange = groupBy(rows, row => row.change_id as string);
  return new Map(
    [...byChange].map(([id, approvals]) => [
      id,
      approvals.map(row => ({
        by: row.by,
        at: Number(row.at),
        comment: row.comment ?? undefined,
        diffHash: row.diff_hash,
      })),
    ]),
  );
}

async function readMembers(
  knex: Knex,
  ids: string[],
  each: number,
): Promise<
  Map<
    string,
    Array<{ changeId: string; member: ChangeView['members'][number] }>
  >
> {
  const numbered = knex('effects')
    .whereIn('change_id', ids)
    .select(
      'change_id',
      'run_id',
      'run_seq',
      knex.raw(
        'row_number() over (partition by change_id order by run_seq) as place',
      ),
    )
    .as('members');
  const rows: Record<string, any>[] = await knex
    .from(numbered)
    .join('runs', 'runs.id', 'members.run_id')
    .where('members.place', '<=', each)
    .orderBy('members.run_seq')
    .limit(maxRelatedRows)
    .select(
      'members.change_id',
      'runs.id',
      'runs.title',
      'runs.event_uid',
      'runs.end',
    );
  const reverts = new Map(
    (
      await revertsOf(
        knex,
        rows.map(({ id }) => id),
      )
    ).map(one => [one.ofRun, revertView(one)]),
  );
  return groupBy(
    rows.map(row => ({
      changeId: row.change_id as string,
      member: {
        runId: row.id,
        title: row.title,
        eventUid: row.event_uid,
        end: row.end ?? undefined,
        revert: reverts.get(row.id),
      },
    })),
    ({ changeId }) => changeId,
  );
}
