import type { Part } from './parts';

const AT_ONCE = 200;

/** What a broker held that was no event, and of which waits people were told. */
export const sweepRest: Part = async (tx, { stories, leftovers: cutoff }) => {
  const leftovers = await tx('intake_leftovers')
    .whereIn(
      'seq',
      tx('intake_leftovers').select('seq').orderBy('seq').limit(AT_ONCE),
    )
    .where('at', '<=', cutoff)
    .delete();
  const notified = await tx('notified')
    .whereIn(
      'scope',
      tx('notified').select('scope').where('at', '<=', stories).limit(AT_ONCE),
    )
    .delete();
  return {
    more: leftovers === AT_ONCE || notified === AT_ONCE,
    erased: leftovers + notified,
  };
};
