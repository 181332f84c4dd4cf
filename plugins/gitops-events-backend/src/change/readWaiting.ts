import type { Knex } from 'knex';
import {
  readPendingEffects,
  type LeftOut,
  type PendingBase,
} from '../store/readPending';
import { ThinnedOut } from './thinOut';

const normal = {
  /** Read at once. */
  page: 2_000,
  /** Put together in one turn; the rest waits for the next. */
  kept: 2_000,
  /** Looked at in one turn, most of them behind a newer one. */
  read: 200_000,
};

/** What waits for a base, thinned out; page by page, so that a backlog of any depth leaves room for others. */
export async function readWaiting(
  knex: Knex,
  base: Pick<PendingBase, 'repository' | 'base'>,
  leftOut: LeftOut,
  limits = normal,
): Promise<ThinnedOut> {
  const waiting = new ThinnedOut();
  let after = 0;
  let read = 0;
  while (read < limits.read && waiting.size < limits.kept) {
    const page = await readPendingEffects(
      knex,
      base,
      limits.page,
      leftOut,
      after,
    );
    for (const effect of page) waiting.add(effect);
    if (page.length < limits.page) break;
    read += page.length;
    after = page[page.length - 1].runSeq;
  }
  return waiting;
}
