import type {
  ChangeHost,
  OpenPull,
} from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { budgetedHost } from '../budget/budgetedHost';
import { BRANCHES, isOurBranch } from '../change/changeId';
import type { CommitQueue } from '../store/commitQueue';
import { insertOrphan, markClosed } from '../store/restoredOrphans';
import { lockUnsettled, type Unsettled } from '../store/restoredRepositories';
import { lockStops } from '../store/stops';

const REASON =
  'The database of the portal came from a backup that is older than this pull request, so nobody there can approve or merge it. If it is still wanted, send the event again that asked for it.';

/**
 * Closes open pull requests of ours that the database does not know. Each goes on
 * record before it is closed, so that a replica which dies in between leaves it
 * open, to be found again. One that was opened after the restore is none that it lost.
 *
 * @param stopped - asked before each call that writes; what it throws keeps it from being made
 */
export async function closeOrphans(
  { knex, people, host }: { knex: Knex; people: CommitQueue; host: ChangeHost },
  { repository, restoreId, at }: Unsettled,
  stopped: () => Promise<void>,
): Promise<void> {
  const open = (await openOf(host, repository)).filter(
    ({ openedAt }) => openedAt < at,
  );
  const writing = budgetedHost(knex, host, stopped);
  for (const { number, branch } of await unknownOf(knex, open)) {
    const orphan = { repository, branch, number };
    await people.run(async tx => {
      // In the order of a person who lifts a stop.
      await lockStops(tx, 'lifter');
      if (!(await lockUnsettled(tx, repository))) {
        throw new Error('A person leaves them open.');
      }
      return (await insertOrphan(tx, restoreId, orphan))
        ? [{ what: 'orphan', ...orphan }]
        : [];
    });
    await writing.close({ repository, number, reason: REASON });
    await markClosed(knex, orphan);
  }
}

/** Those that we opened, by the names that only we give; a person may call a branch much like that. */
async function openOf(
  host: ChangeHost,
  repository: string,
): Promise<OpenPull[]> {
  const open = (await host.openPulls?.(repository, BRANCHES)) ?? [];
  return open.filter(({ branch }) => isOurBranch(branch));
}

/** Those whose change is not on record, however its repository was spelled there. */
async function unknownOf(knex: Knex, open: OpenPull[]): Promise<OpenPull[]> {
  const known = new Set<string>();
  for (const { branch } of open) {
    const row = await knex('changes')
      .where('id', 'like', `${branch.slice(BRANCHES.length)}%`)
      .where({ branch })
      .first('branch');
    if (row) known.add(branch);
  }
  return open.filter(({ branch }) => !known.has(branch));
}
