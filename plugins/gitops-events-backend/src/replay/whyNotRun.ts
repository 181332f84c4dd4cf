import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { RunConfig } from '../pipeline/newRun';
import { redirectRefusal } from './redirectRefusal';
import { makesRuns, type Replay } from './replay';

/**
 * Why a replay that makes runs has to stand still for now, or undefined: its
 * sensor must be as it was when a person asked, and may still land where they
 * said.
 */
export async function whyNotRun(
  { knex, config }: { knex: Knex; config: RunConfig },
  replay: Pick<
    Replay,
    'mode' | 'sensor' | 'revision' | 'definition' | 'target'
  >,
): Promise<Reason | undefined> {
  const { sensor, revision, definition, target } = replay;
  if (!makesRuns(replay)) return undefined;
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
  if (row.revision !== revision) {
    const message = `${sensor} has another revision by now. Cancel this replay and try the new one.`;
    return { code, message };
  }
  return target && redirectRefusal(definition, target, config);
}
