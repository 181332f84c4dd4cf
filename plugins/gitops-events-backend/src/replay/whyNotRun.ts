import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Replay } from './replay';

/** Why a replay for real has to stand still for now, or undefined: its sensor must be as it was when a person asked. */
export async function whyNotRun(
  knex: Knex,
  { mode, sensor, revision }: Pick<Replay, 'mode' | 'sensor' | 'revision'>,
): Promise<Reason | undefined> {
  if (mode === 'dry') return undefined;
  const row = await knex('sensors')
    .where({ name: sensor, present: true })
    .first('paused', 'revision');
  const code = 'sensorChanged';
  if (!row) {
    return { code, message: `${sensor} was removed. Cancel this replay.` };
  }
  if (row.paused) {
    const message = `${sensor} is paused. Resume the sensor, then this replay.`;
    return { code, message };
  }
  return row.revision === revision
    ? undefined
    : {
        code,
        message: `${sensor} has another revision by now. Cancel this replay and try the new one.`,
      };
}
