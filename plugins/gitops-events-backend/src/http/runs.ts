import type { ReadRoom } from '../timeline/readRoom';
import { readRunAndEvents, readRunView, viewRun } from '../timeline/readRuns';
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
    const { run, events } = found(
      await readRunAndEvents(knex, params.id),
      'run',
    );
    mayDecide(
      access,
      together(ownersOf(run), ...events.map(requestersOf)),
      'cancel this run',
    );
    await decisions.cancelRun({ ...params, ...body, by });
    return viewRun(knex, found(await readRunAndEvents(knex, params.id), 'run'));
  },
});
