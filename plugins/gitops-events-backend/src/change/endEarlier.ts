import type { Knex } from 'knex';
import type { ChainRecord } from '../store/chain';
import type { Change } from '../store/changeRow';
import { pendAgain } from '../store/pendAgain';
import { readRevision } from '../store/readChange';
import { lastAtHost, readNewcomers } from '../store/readNewcomers';
import { endChange } from './endChange';

/**
 * Ends a change for the content that was on its pull request when that ended.
 * Nobody saw the newer content: the runs that came with it wait for a change of
 * their own.
 */
export async function endEarlier(
  tx: Knex,
  change: Change,
  what: Parameters<typeof endChange>[2],
): Promise<ChainRecord[]> {
  const newcomers = await readNewcomers(tx, change);
  const { expectedHead } = await readRevision(tx, change);
  const revision = await lastAtHost(tx, change.id, expectedHead);
  const before = await readRevision(tx, { id: change.id, revision });
  const [title] = before.message.split('\n');
  const ended = { ...change, revision, headCommit: expectedHead, title };
  const records = await endChange(tx, ended, what);
  if (records.length > 0) await pendAgain(tx, newcomers);
  return records;
}
