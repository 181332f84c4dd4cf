import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { EditRecord } from '../render/editRecord';
import { changeOf, type Change } from './changeRow';
import { effectOf, type Effect } from './effectRow';
import type { Run } from './runRow';

/** An effect whose change was merged, with the edits that it made. */
export interface MergedEffect {
  effect: Effect;
  change: Change;
  records: EditRecord[];
}

/**
 * What a run has merged, in the order of its steps.
 *
 * @throws ConflictError where a change that carries it is on its way: nobody knows whether it will merge
 */
export async function readMergedEffects(
  knex: Knex,
  run: Pick<Run, 'id' | 'steps'>,
): Promise<MergedEffect[]> {
  const rows: Array<Record<string, any>> = await knex('effects').where({
    run_id: run.id,
    state: 'member',
  });
  const place = ({ step_id: id }: Record<string, any>) =>
    run.steps.findIndex(step => step.id === id);
  const merged: MergedEffect[] = [];
  for (const row of rows.sort((a, b) => place(a) - place(b))) {
    const effect = effectOf(row);
    const change = changeOf(
      await knex('changes').where({ id: effect.changeId }).first(),
    );
    if (change.state !== 'ended') throw new ConflictError(onItsWay(change));
    const records: EditRecord[] = JSON.parse(row.edits ?? '[]');
    if (change.end === 'merged') merged.push({ effect, change, records });
  }
  return merged;
}

function onItsWay({ title }: Change): string {
  return `A change of it is on its way and may still merge: ${title} Cancel the run first, which closes the pull request, or wait until that is merged. Then take it back.`;
}
