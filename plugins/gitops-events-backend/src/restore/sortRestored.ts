import { shortened } from '../change/carriedEffects';
import type { Leaver } from '../change/candidate';
import type { Effect } from '../store/effectRow';
import type { RestoredEffect } from '../store/restoredEffects';

/** Why an older value is not written by itself over what Git has got since a backup. */
export const NEWER_IN_GIT = 'newerInGit';

/**
 * Sorts out what Git has already, or something newer, that a database which
 * came from a backup does not know: what Git has ends *already so*, what is older
 * than a value of its change key *superseded*, as beside a newer run that is known.
 * Where nobody can tell which is newer, or a replay would put an older value
 * back, a person is asked; what they confirmed goes on. Pure.
 *
 * @param known - what is known of these effects, of others of their change keys, and of those that nobody knows
 */
export function sortRestored(
  effects: Effect[],
  known: readonly RestoredEffect[],
): { free: Effect[]; left: Leaver[] } {
  const byEffect = new Map(known.map(found => [found.effect, found]));
  const byKey = new Map<string, RestoredEffect>();
  for (const found of known) {
    if (found.asOf > (byKey.get(found.changeKey)?.asOf ?? -1)) {
      byKey.set(found.changeKey, found);
    }
  }
  const free: Effect[] = [];
  const left: Leaver[] = [];
  for (const effect of effects) {
    const { effect: id, changeKey } = shortened(effect);
    const own = byEffect.get(id);
    // A revert asks the files themselves what is newer.
    const asks = !effect.input.revert && !effect.confirmed;
    const other = asks ? byKey.get(changeKey) : undefined;
    const unknown = asks ? byKey.get('') : undefined;
    const outcome = own
      ? inGit(own)
      : ((other && beside(effect, other)) ??
        (unknown && effect.asOf <= unknown.asOf ? unread(unknown) : undefined));
    if (outcome) left.push({ effect, outcome });
    else free.push(effect);
  }
  return { free, left };
}

function inGit({ commit }: RestoredEffect): Leaver['outcome'] {
  return {
    outcome: 'alreadySo',
    detail: `Commit ${commit} has it: it was written after the backup that the database came from.`,
  };
}

function beside(
  { asOf, generation }: Effect,
  other: RestoredEffect,
): Leaver['outcome'] | undefined {
  const { commit } = other;
  if (other.asOf < asOf) return undefined;
  if (generation === 0 && other.asOf > asOf) {
    return {
      outcome: 'superseded',
      reason: {
        code: 'superseded',
        message: `A newer run of the same change key, of the time after the backup that the database came from, wrote its value in commit ${commit}.`,
        detail: { commit },
      },
    };
  }
  return asksPerson(
    `Commit ${commit}, of the time after the backup that the database came from, wrote a value of the same change key.`,
    commit,
  );
}

function unread({ commit }: RestoredEffect): Leaver['outcome'] {
  return asksPerson(
    commit === undefined
      ? 'The database came from a backup, and what Git got since could not be read as far back.'
      : `The database came from a backup, and commit ${commit}, which it does not know, does not tell whom it carries.`,
    commit,
  );
}

function asksPerson(why: string, commit?: string): Leaver['outcome'] {
  return {
    outcome: 'held',
    reason: {
      code: NEWER_IN_GIT,
      message: `${why} Look whether what this run writes is older than what is there: discard it, or release it to write it all the same.`,
      ...(commit !== undefined && { detail: { commit } }),
    },
  };
}
