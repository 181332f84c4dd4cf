import type { Knex } from 'knex';

export interface Approval {
  by: string;
  at: number;
  comment?: string;
}

/** Approvals of one content of a change, oldest first. */
export async function listApprovals(
  knex: Knex,
  changeId: string,
  diffHash: string,
): Promise<Approval[]> {
  const rows = await knex('approvals')
    .where({ change_id: changeId, diff_hash: diffHash })
    .orderBy('at');
  return rows.map(row => ({
    by: row.by,
    at: Number(row.at),
    ...(row.comment && { comment: row.comment }),
  }));
}

/** Approving twice counts once. */
export async function insertApproval(
  tx: Knex,
  approval: Approval & { changeId: string; diffHash: string },
): Promise<void> {
  await tx('approvals')
    .insert({
      change_id: approval.changeId,
      diff_hash: approval.diffHash,
      by: approval.by,
      comment: approval.comment ?? null,
      at: approval.at,
    })
    .onConflict(['change_id', 'diff_hash', 'by'])
    .ignore();
}
