import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { shortened } from '../change/carriedEffects';
import { presentTime } from '../presentTime';
import { chunks } from '../store/chunks';
import type { PendingBase } from '../store/readPending';
import { appendChain } from '../store/chain';
import { isNoted, noteRepository } from '../store/restoredRepositories';
import { insertSearched, isSearched } from '../store/restoredEffects';
import { isLongAgo, readRestore } from '../store/restores';
import { stopRepository } from './stopUnsettled';
import { changesIn, foundIn, type Known } from './foundIn';
import { inTransaction } from '../store/inTransaction';

/** So many commits of a base are read at most. */
const AT_MOST = 2_000;

/**
 * Before something is sealed for a base of a database that came from a backup:
 * reads, once, what its history has since then, and keeps what the database does
 * not know. What nobody can tell is kept as well, as unknown. A restore of long ago
 * does not matter to repositories that came after it.
 *
 * @returns whether there was a restore, and if nothing may be sealed yet all the same
 */
export async function searchBase(
  knex: Knex,
  base: Pick<PendingBase, 'repository' | 'base'>,
  { host, head }: { host: ChangeHost; head: string },
): Promise<'never' | 'stopped' | 'searched'> {
  const restore = await readRestore(knex);
  if (!restore) return 'never';
  if (await isSearched(knex, restore.id, base)) return 'searched';
  const isForgotten = !(await isNoted(knex, base.repository));
  if (isForgotten && (await isLongAgo(knex, restore))) return 'never';
  if (!(await isSettled(knex, restore.id, base.repository))) return 'stopped';
  const history = await readHistory(knex, base, {
    ...{ host, head, at: restore.at },
  });
  const known = await readKnown(knex, changesIn(history.commits));
  const found = foundIn(history, known, restore.at);
  await insertSearched(knex, restore.id, base, found);
  return 'searched';
}

/** One that the database had forgotten altogether may have pull requests of ours: it is stopped until they are closed. */
async function isSettled(
  knex: Knex,
  restoreId: number,
  repository: string,
): Promise<boolean> {
  return inTransaction(knex, async tx => {
    const noted = await noteRepository(tx, restoreId, repository);
    if (noted === 'new') {
      const at = presentTime();
      const records = await stopRepository(tx, repository, at);
      await appendChain(tx, 'people', records, at);
    }
    return noted === 'settled';
  });
}

async function readHistory(
  knex: Knex,
  { repository, base }: Pick<PendingBase, 'repository' | 'base'>,
  { host, head, at }: { host: ChangeHost; head: string; at: number },
) {
  if (!host.history) return { commits: [], complete: false };
  const until = await newestBaseCommit(knex, { repository, base }, at);
  const commits = await host.history({
    ...{ repository, head, until, atMost: AT_MOST },
  });
  const end = commits.findIndex(({ id }) => id === until);
  return end < 0
    ? { commits, complete: commits.length < AT_MOST }
    : { commits: commits.slice(0, end), complete: true };
}

/** The last one that something was rendered on before the restore: whatever of ours lies below it is on record. */
async function newestBaseCommit(
  knex: Knex,
  base: Pick<PendingBase, 'repository' | 'base'>,
  at: number,
): Promise<string | undefined> {
  const row = await knex('change_revisions as r')
    .join('changes as c', 'c.id', 'r.change_id')
    .where({ 'c.repository': base.repository, 'c.base': base.base })
    .where('r.sealed_at', '<', at)
    .orderBy('r.sealed_at', 'desc')
    .first('r.base_commit');
  return row?.base_commit;
}

async function readKnown(knex: Knex, changeIds: string[]): Promise<Known> {
  const changes = new Set<string>();
  const effects = new Set<string>();
  for (const some of chunks(changeIds)) {
    for (const id of await knex('changes').whereIn('id', some).pluck('id')) {
      changes.add(id);
    }
    const rows = await knex('effects')
      .whereIn('change_id', some)
      .where({ state: 'member' })
      .select('effect_id', 'change_key');
    for (const { effect_id: effectId, change_key: changeKey } of rows) {
      effects.add(shortened({ effectId, changeKey }).effect);
    }
  }
  return { changes, effects };
}
