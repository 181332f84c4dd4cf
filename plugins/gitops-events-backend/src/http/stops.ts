import type { Knex } from 'knex';
import { readStopView, readStopViews } from '../stop/readStopViews';
import type { StopDecisions } from '../stop/stopDecisions';
import { found, type Handlers } from './handlers';

/** Routes below `/v1/stops`. */
export const stopHandlers = (
  { knex }: { knex: Knex },
  decisions: StopDecisions,
): Pick<Handlers, 'listStops' | 'setStop' | 'liftStop'> => {
  const view = async (id: string) =>
    found(await readStopView(knex, id), 'stop');
  return {
    listStops: ({ query }) =>
      readStopViews(knex, { ...query, lifted: query.lifted === 'true' }),
    setStop: async ({ body, by }) =>
      view(await decisions.setStop({ ...body, by })),
    async liftStop({ params: { id }, body, by }) {
      await view(id);
      await decisions.liftStop({ id, ...body, by });
      return view(id);
    },
  };
};
