import type { Knex } from 'knex';
import type { Effect } from '../store/effectRow';
import { SealMoved } from '../store/insertSealed';
import { sortReverted } from './sortReverted';

/**
 * Asks once more whether a revert holds any of these, in the transaction that makes
 * them members. Who asks for one locks the bases first (`lockBases`), and looks at
 * members afterwards: so it is seen here, or they are seen there.
 *
 * @throws SealMoved where one does: the next turn sorts it out
 */
export async function refuseHeld(tx: Knex, members: Effect[]): Promise<void> {
  const { held } = await sortReverted(tx, members);
  if (held.length === 0) return;
  throw new SealMoved('A revert holds some of what was sealed');
}
