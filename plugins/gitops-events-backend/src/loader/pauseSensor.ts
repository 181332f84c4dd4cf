import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { Decisions, SensorDecision } from '../http/decisions';
import type { Nudges } from '../nudges';
import { presentTime } from '../presentTime';
import { bumpGeneration, lockActiveSet } from '../store/activeSet';
import type { ChainRecord } from '../store/chain';

/** Writes decisions of people, together with their records in the chain. */
interface Commits {
  run(work: (tx: Knex.Transaction) => Promise<ChainRecord[]>): Promise<void>;
}

/** What people decide about sensors. A paused one suppresses its events from the next batch on. */
export function createSensorDecisions(options: {
  commits: Commits;
  nudges: Nudges;
}): Pick<Decisions, 'pauseSensor' | 'resumeSensor'> {
  const { commits, nudges } = options;
  const set = async (decision: SensorDecision, paused: boolean) => {
    await commits.run(async tx => {
      const generation = await lockActiveSet(tx);
      await setPaused(tx, decision, paused);
      await bumpGeneration(tx, generation);
      const { name, by, comment } = decision;
      const outcome = paused ? 'paused' : 'resumed';
      return [
        {
          what: 'person',
          sensor: name,
          outcome,
          by,
          ...(comment && { comment }),
        },
      ];
    });
    nudges.send('sensors');
  };
  return {
    pauseSensor: decision => set(decision, true),
    resumeSensor: decision => set(decision, false),
  };
}

async function setPaused(
  tx: Knex,
  { name, version }: SensorDecision,
  paused: boolean,
): Promise<void> {
  const row = await tx('sensors').where({ name }).first('version', 'paused');
  if (!row) throw new NotFoundError('There is no such sensor.');
  if (Number(row.version) !== version) {
    throw new ConflictError(
      Boolean(row.paused) === paused
        ? `Somebody ${paused ? 'paused' : 'resumed'} it meanwhile.`
        : 'It changed meanwhile. Look again.',
    );
  }
  await tx('sensors')
    .where({ name })
    .update({ paused, version: version + 1, updated_at: presentTime() });
}
