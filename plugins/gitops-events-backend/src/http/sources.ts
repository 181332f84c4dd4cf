import { found, mayDecide, type Handlers } from './handlers';
import type { SourceRoom } from '../sources/pull/EventSources';
import type { SourceDecisions } from '../sources/pull/sourceDecisions';

/** A message that became no event belongs to nobody. */
export const nobodys = { ownerRefs: [] };

/** Routes below `/v1/sources` and `/v1/refused-messages`. */
export const sourceHandlers = (
  sources: SourceRoom,
  decisions: SourceDecisions,
): Pick<
  Handlers,
  | 'listSources'
  | 'letSourceGoOn'
  | 'listRefusedMessages'
  | 'getRefusedMessage'
  | 'retryRefusedMessage'
  | 'discardRefusedMessage'
> => ({
  listSources: async () => ({ items: await sources.views() }),
  async letSourceGoOn({ params: { source }, body, by }) {
    await decisions.letSourceGoOn({ source, ...body, by });
    const views = await sources.views();
    return found(
      views.find(({ name }) => name === source),
      'event source',
    );
  },
  listRefusedMessages: async ({ query, access }) =>
    access.allows(nobodys) ? sources.refused(query) : { items: [] },
  getRefusedMessage: async ({ params: { number }, access }) =>
    found(
      access.allows(nobodys) ? await sources.refusedMessage(number) : undefined,
      'refused message',
    ),
  async retryRefusedMessage({ params: { number }, body, access, by }) {
    mayDecide(access, nobodys, 'take this message in');
    await decisions.retryRefusedMessage({ number, ...body, by });
    return { number };
  },
  async discardRefusedMessage({ params: { number }, body, access, by }) {
    mayDecide(access, nobodys, 'discard this message');
    await decisions.discardRefusedMessage({ number, ...body, by });
    return { number };
  },
});
