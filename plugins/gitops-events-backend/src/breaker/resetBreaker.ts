import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { Decisions } from '../http/decisions';
import type { Nudges } from '../nudges';
import { presentTime } from '../presentTime';
import { breakerRowOf, writeBreaker, type BreakerRow } from '../store/breakers';
import { isPostgres } from '../store/clock';
import type { CommitQueue } from '../store/commitQueue';
import { closed } from './breaker';

/** A person closes the breakers of a sensor: what waits for them goes on, what was counted is forgotten. */
export function createBreakerDecisions(options: {
  commits: Pick<CommitQueue, 'run'>;
  nudges: Nudges;
}): Pick<Decisions, 'resetBreaker'> {
  const { commits, nudges } = options;
  return {
    resetBreaker: async ({ name, version, by, comment }) => {
      await commits.run(async tx => {
        if (!(await tx('sensors').where({ name }).first('name'))) {
          throw new NotFoundError('There is no such sensor.');
        }
        await reset(tx, name, version);
        return [
          {
            what: 'person',
            sensor: name,
            outcome: 'breakerReset',
            by,
            ...(comment && { comment }),
          },
        ];
      });
      nudges.send('breakers', 'sensors', 'timeline');
    },
  };
}

async function reset(tx: Knex, sensor: string, seen: number): Promise<void> {
  const found = await tx('breakers')
    .where({ sensor })
    .orderBy('scope')
    .modify(query => {
      if (isPostgres(tx)) query.forUpdate();
    });
  const rows: BreakerRow[] = found.map(breakerRowOf);
  const version = rows.reduce((sum, row) => sum + row.version, 0);
  if (version !== seen) {
    throw new ConflictError(
      'The circuit breaker moved meanwhile. Look again, then decide.',
    );
  }
  const now = presentTime();
  for (const row of rows) await writeBreaker(tx, row, closed, now);
}
