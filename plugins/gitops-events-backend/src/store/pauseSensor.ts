import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { ChainRecord } from './chain';

/**
 * Pauses a sensor or lets it decide again, if nobody wrote to it since the
 * person looked. The active set counts as changed, so that every replica takes
 * note. Returns what goes on record.
 *
 * @throws ConflictError that tells what somebody else did meanwhile
 */
export async function pauseSensor(
  tx: Knex,
  decision: {
    name: string;
    paused: boolean;
    /** The version that the person saw. */
    version: number;
    /** Entity reference of the person. */
    by: string;
    comment?: string;
    /** Milliseconds since the epoch. */
    at: number;
  },
): Promise<ChainRecord[]> {
  const { name, paused, version, by, comment, at } = decision;
  const written = await tx('sensors')
    .where({ name, version })
    .whereNot({ paused })
    .update({ paused, updated_at: at, version: version + 1 });
  if (written === 0) throw await whyNot(tx, decision);
  await tx('active_set')
    .where({ id: 1 })
    .update({ generation: tx.raw('generation + 1') });
  return [
    {
      what: 'person',
      sensor: name,
      outcome: paused ? 'paused' : 'resumed',
      by,
      ...(comment && { comment }),
    },
  ];
}

async function whyNot(
  tx: Knex,
  { name, paused }: { name: string; paused: boolean },
): Promise<Error> {
  const row = await tx('sensors').where({ name }).first('paused');
  if (!row) return new NotFoundError(`There is no sensor ${name}.`);
  const isPaused = Boolean(row.paused);
  if (isPaused === paused) {
    return new ConflictError(
      `Sensor ${name} is ${isPaused ? 'paused' : 'active'} already; somebody was faster.`,
    );
  }
  return new ConflictError(
    `Sensor ${name} was changed meanwhile. Look at it again, then decide.`,
  );
}
