import type { Knex } from 'knex';
import { wakeThese } from './parkRuns';
import { reasonCode } from './reasonCode';
import { lookAgain } from './saveChange';

/**
 * Makes runs due that are parked under `schedule ...`, unless their topic
 * begins with the one given.
 *
 * @param options.after - only those made later, by their `seq`
 * @returns the `seq` of each
 */
export async function wakeFrozen(
  knex: Knex,
  options: { unless: string; after: number; limit: number },
): Promise<number[]> {
  const { unless, after, limit } = options;
  const parked = knex({ r: 'runs' })
    .where({ 'r.state': 'queued' })
    .where('r.seq', '>', after)
    .where('r.topic', 'like', 'schedule %')
    .whereNot('r.topic', 'like', `${unless}%`)
    .orderBy('r.seq')
    .limit(limit)
    .select('r.seq') as Knex.QueryBuilder<any, any>;
  return wakeThese(knex, parked);
}

/** Has changes looked at that may not merge themselves for a freeze. */
export async function wakeFrozenChanges(knex: Knex): Promise<void> {
  await lookAgain(
    knex,
    knex('changes')
      .where({ state: 'waiting' })
      .whereRaw(`${reasonCode(knex, 'changes')} = 'freeze'`)
      .select('id'),
  );
}
