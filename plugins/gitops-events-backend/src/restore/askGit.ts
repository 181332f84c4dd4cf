import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { shortened } from '../change/carriedEffects';
import type { Effect } from '../store/effectRow';
import type { PendingBase } from '../store/readPending';
import { readRestoredEffects } from '../store/restoredEffects';
import { searchBase } from './searchBase';
import { sortRestored } from './sortRestored';

/** What of these may be written for a base, as far as a restore is concerned; without one, all. */
export async function askGit(
  knex: Knex,
  base: Pick<PendingBase, 'repository' | 'base'>,
  at: { host: ChangeHost; head: string },
  effects: Effect[],
): Promise<ReturnType<typeof sortRestored>> {
  const search = await searchBase(knex, base, at);
  if (search === 'never') return { free: effects, left: [] };
  // They wait for that.
  if (search === 'stopped') return { free: [], left: [] };
  const wanted = effects.map(shortened);
  const known = await readRestoredEffects(knex, base, wanted);
  return sortRestored(effects, known);
}
