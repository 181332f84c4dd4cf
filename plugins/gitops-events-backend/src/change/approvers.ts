import type { Involved } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { judgeApprovals } from '../policy/approvals';
import { listApprovals } from '../store/approvals';
import type { Change } from '../store/changeRow';
import { readInvolved } from '../store/readInvolved';

/** Who caused a change or let it through: their approval does not count. */
export async function involvedIn(
  knex: Knex,
  { id }: Pick<Change, 'id'>,
): Promise<Involved[]> {
  return (await readInvolved(knex, [id])).get(id) ?? [];
}

/** How many people who had no part in a change approved a content of it: four eyes. */
export async function countApprovals(
  knex: Knex,
  change: Pick<Change, 'id'>,
  diffHash: string,
): Promise<number> {
  const approvals = await listApprovals(knex, change.id, diffHash);
  if (approvals.length === 0) return 0;
  return judgeApprovals({
    approvals: approvals.map(approval => ({ ...approval, diffHash })),
    diffHash,
    involved: await involvedIn(knex, change),
  }).filter(({ notCounted }) => notCounted === undefined).length;
}
