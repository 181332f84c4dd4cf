import type { Knex } from 'knex';
import { requestersOf as ownersOfRequest } from '../permissions/owners';
import { countingApprovals } from '../policy/approvals';
import { listApprovals } from '../store/approvals';
import type { Change } from '../store/changeRow';
import { principalsOf } from '../store/principalsOf';
import { askersOf } from '../store/reverts';

/** Entity references of the people behind the events of a change, or who asked for it as a revert; services ask for nobody. */
export async function requestersOf(
  knex: Knex,
  change: Pick<Change, 'id'>,
): Promise<string[]> {
  const principals = await principalsOf(knex, change.id);
  return [
    ...principals.flatMap(
      principal => ownersOfRequest({ principal }).ownerRefs,
    ),
    ...(await askersOf(knex, change.id)),
  ];
}

/** How many people other than the requesters approved a content: four eyes. */
export async function countApprovals(
  knex: Knex,
  change: Pick<Change, 'id'>,
  diffHash: string,
): Promise<number> {
  const approvals = await listApprovals(knex, change.id, diffHash);
  const requesters = await requestersOf(knex, change);
  return countingApprovals({
    approvals: approvals.map(approval => ({ ...approval, diffHash })),
    diffHash,
    requesters,
  }).length;
}
