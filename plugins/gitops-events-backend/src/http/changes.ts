import { NotAllowedError } from '@backstage/errors';
import { ownersOf } from '../permissions/owners';
import { userOf } from '../pipeline/principal';
import { readChange } from '../store/readChange';
import {
  readChangeDiff,
  readChanges,
  readChangeView,
  viewChange,
} from '../timeline/readChanges';
import type { ReadRoom } from '../timeline/readRoom';
import type { Decisions } from './decisions';
import { found, mayDecide, type Asked, type Handlers } from './handlers';

export const changeHandlers = (
  { knex }: ReadRoom,
  decisions: Decisions,
): Pick<
  Handlers,
  | 'listChanges'
  | 'getChange'
  | 'getChangeDiff'
  | 'approveChange'
  | 'mergeChange'
  | 'closeChange'
> => {
  const write = async (
    { params, access }: Asked<'mergeChange'>,
    what: string,
    decide: () => Promise<void>,
  ) => {
    const read = async () => found(await readChange(knex, params.id), 'change');
    mayDecide(access, ownersOf(await read()), `${what} this change`);
    await decide();
    return viewChange(knex, await read());
  };

  return {
    listChanges: ({ query, access }) => readChanges(knex, query, access),
    getChange: async ({ params, access }) =>
      found(await readChangeView(knex, params.id, access), 'change'),
    getChangeDiff: async ({ params, access }) =>
      found(await readChangeDiff(knex, params.id, access), 'change'),
    approveChange: asked =>
      write(asked, 'approve', async () => {
        if (!userOf(asked.by)) throw notByMachines();
        await decisions.approveChange({
          ...asked.params,
          ...asked.body,
          by: asked.by,
        });
      }),
    mergeChange: asked =>
      write(asked, 'merge', () =>
        decisions.mergeChange({ ...asked.params, ...asked.body, by: asked.by }),
      ),
    closeChange: asked =>
      write(asked, 'close', () =>
        decisions.closeChange({ ...asked.params, ...asked.body, by: asked.by }),
      ),
  };
};

/** Four eyes are eyes of people: the permission framework allows services everything. */
function notByMachines(): NotAllowedError {
  return new NotAllowedError(
    'Only a person can approve. Sign in to the portal, read the diff, then approve.',
  );
}
