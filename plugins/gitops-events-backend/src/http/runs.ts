import type { ReadRoom } from '../timeline/readRoom';
import { readRunAndEvent, readRunView, viewRun } from '../timeline/readRuns';
import { ownersOf, requestersOf, together } from '../permissions/owners';
import type { Decisions } from './decisions';
import { found, mayDecide, type Handlers } from './handlers';

export const runHandlers = (
  { knex }: ReadRoom,
  decisions: Decisions,
): Pick<Handlers, 'getRun' | 'cancelRun'> => ({
  getRun: async ({ params, access }) =>
    found(await readRunView(knex, params.id, access), 'run'),
  async cancelRun({ params, body, access, by }) {
    const { run, event } = found(await readRunAndEvent(knex, params.id), 'run');
    mayDecide(
      access,
      together(ownersOf(run), ...(event ? [requestersOf(event)] : [])),
      'cancel this run',
    );
    await decisions.cancelRun({ ...params, ...body, by });
    return viewRun(knex, found(await readRunAndEvent(knex, params.id), 'run'));
  },
});
