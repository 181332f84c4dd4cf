import { ownersOf } from '../permissions/owners';
import type { ReadRoom } from '../timeline/readRoom';
import { readRunAndEvents, viewRun } from '../timeline/readRuns';
import type { Decisions } from './decisions';
import { found, mayDecide, type Handlers } from './handlers';

export const revertHandlers = (
  { knex }: ReadRoom,
  decisions: Decisions,
): Pick<Handlers, 'previewRevert' | 'revertRun' | 'stateRootCause'> => {
  const read = async (id: string) =>
    found(await readRunAndEvents(knex, id), 'run');

  return {
    async previewRevert({ params: { id }, access }) {
      const { run } = await read(id);
      found(access.allows(ownersOf(run)) || undefined, 'run');
      return decisions.previewRevert(id);
    },
    async revertRun({ params: { id }, body, access, by }) {
      const { run } = await read(id);
      mayDecide(access, ownersOf(run), 'take this run back');
      const { choices = {}, ...rest } = body;
      const made = await decisions.revertRun({ id, by, choices, ...rest });
      return viewRun(knex, await read(made));
    },
    async stateRootCause({ params: { id }, body, access, by }) {
      const { run } = await read(id);
      mayDecide(access, ownersOf(run), 'state the root cause');
      await decisions.stateRootCause({ id, by, ...body });
      return viewRun(knex, await read(id));
    },
  };
};
