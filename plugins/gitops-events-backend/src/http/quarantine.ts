import { ownersOf } from '../permissions/owners';
import type { SourceRoom } from '../sources/pull/EventSources';
import { readHeld, readHeldRun } from '../timeline/readHeld';
import { readHeldCount } from '../timeline/readHeldCount';
import type { ReadRoom } from '../timeline/readRoom';
import { readRunAndEvents, viewRun } from '../timeline/readRuns';
import type { Decisions } from './decisions';
import { found, mayDecide, type Handlers } from './handlers';
import { nobodys } from './sources';

export const quarantineHandlers = (
  { knex }: ReadRoom,
  decisions: Decisions,
  sources: Pick<SourceRoom, 'waiting'>,
): Pick<
  Handlers,
  | 'listHeld'
  | 'countQuarantine'
  | 'getHeld'
  | 'releaseHeld'
  | 'discardHeld'
  | 'commentHeld'
> => {
  const read = async (id: string) =>
    found(await readRunAndEvents(knex, id), 'run');

  return {
    listHeld: ({ query, access }) => readHeld(knex, query, access),
    async countQuarantine({ access }) {
      const held = await readHeldCount(knex, access);
      if (!access.allows(nobodys)) return { held: held.count };
      const { count } = await sources.waiting();
      return { held: held.count, refusedMessages: count };
    },
    getHeld: async ({ params, access }) =>
      found(await readHeldRun(knex, params.id, access), 'held run'),
    async releaseHeld({ params, body, access, by }) {
      const { run } = await read(params.id);
      mayDecide(access, ownersOf(run), 'release this run');
      const { confirmOlder = false, ...rest } = body;
      await decisions.releaseRun({ ...params, ...rest, confirmOlder, by });
      return viewRun(knex, await read(params.id));
    },
    async discardHeld({ params, body, access, by }) {
      const { run } = await read(params.id);
      mayDecide(access, ownersOf(run), 'discard this run');
      await decisions.discardRun({ ...params, ...body, by });
      return viewRun(knex, await read(params.id));
    },
    async commentHeld({ params, body, access, by }) {
      const { run } = await read(params.id);
      mayDecide(access, ownersOf(run), 'comment on this run');
      await decisions.commentRun({ ...params, ...body, by });
      return found(await readHeldRun(knex, params.id), 'held run');
    },
  };
};
