import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { BusPosition } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { optionalJson } from './runRow';

/** How far a partition is decided. */
export interface PartitionPosition {
  /** Counted up by each write; 0 before the first. */
  version: number;
  position?: BusPosition;
  /** Accepted time reached, in milliseconds since the epoch; never goes back. */
  clock: number;
  /** Why it does not go on, until a person lets it. */
  stopped?: Reason;
}

export async function readPosition(
  knex: Knex,
  partition: string,
): Promise<PartitionPosition> {
  const row = await knex('positions').where({ partition }).first();
  return {
    version: Number(row?.version ?? 0),
    position: row?.position ?? undefined,
    clock: Number(row?.clock ?? 0),
    stopped: optionalJson<Reason>(row?.stopped),
  };
}

/**
 * Moves a partition on, if nobody did since it was read at `version`.
 *
 * @returns whether it moved
 */
export async function advancePosition(
  tx: Knex,
  partition: string,
  version: number,
  to: { position: BusPosition | undefined; clock: number },
): Promise<boolean> {
  const row = {
    version: version + 1,
    position: to.position ?? null,
    clock: to.clock,
  };
  if (version === 0) {
    const inserted = await tx('positions')
      .insert({ partition, ...row })
      .onConflict('partition')
      .ignore()
      .returning('partition');
    return inserted.length === 1;
  }
  return (
    (await tx('positions').where({ partition, version }).update(row)) === 1
  );
}
