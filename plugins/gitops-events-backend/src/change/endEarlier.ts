import type { Knex } from 'knex';
import type { ChainRecord } from '../store/chain';
import type { Change } from '../store/changeRow';
import { pendAgain } from '../store/pendAgain';
import { readRevision } from '../store/readChange';
import { readMembers } from '../store/readMembers';
import { endChange } from './endChange';

/**
 * Ends a change for the content that was on its pull request when that ended.
 * Nobody saw the newer content that had taken its place: its runs wait for a
 * change of their own.
 */
export async function endEarlier(
  tx: Knex,
  change: Change,
  what: Parameters<typeof endChange>[2],
): Promise<ChainRecord[]> {
  const members = await readMembers(tx, change.id);
  const { expectedHead } = await readRevision(tx, change);
  const revision = change.revision - 1;
  const before = await readRevision(tx, { id: change.id, revision });
  const [title] = before.message.split('\n');
  const ended = { ...change, revision, headCommit: expectedHead, title };
  const records = await endChange(tx, ended, what);
  if (records.length > 0) await pendAgain(tx, members);
  return records;
}
