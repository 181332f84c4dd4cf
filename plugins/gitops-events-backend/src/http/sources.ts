import {
  quarantineReadPermission,
  type SourceView,
} from '@gitops-events/plugin-gitops-events-common';
import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type { Authorizer } from '../permissions/authorizer';
import { found, mayDecide, type Handlers } from './handlers';
import type { SourceRoom } from '../sources/pull/EventSources';
import type { SourceDecisions } from '../sources/pull/sourceDecisions';

/** A message that became no event belongs to nobody. */
export const nobodys = { ownerRefs: [] };

/** Routes below `/v1/sources` and `/v1/refused-messages`. */
export const sourceHandlers = (
  sources: SourceRoom,
  decisions: SourceDecisions,
  authorizer: Pick<Authorizer, 'access'>,
): Pick<
  Handlers,
  | 'listSources'
  | 'letSourceGoOn'
  | 'listRefusedMessages'
  | 'getRefusedMessage'
  | 'retryRefusedMessage'
  | 'discardRefusedMessage'
> => ({
  listSources: async ({ credentials }) => ({
    items: await viewsFor(sources, authorizer, credentials),
  }),
  async letSourceGoOn({ params: { source }, body, by, credentials }) {
    await decisions.letSourceGoOn({ source, ...body, by });
    const views = await viewsFor(sources, authorizer, credentials);
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

/** How much was refused is told to those only who may see what was. */
async function viewsFor(
  sources: SourceRoom,
  authorizer: Pick<Authorizer, 'access'>,
  credentials: BackstageCredentials,
): Promise<SourceView[]> {
  const views = await sources.views();
  const access = await authorizer.access(credentials, quarantineReadPermission);
  if (access.allows(nobodys)) return views;
  return views.map(({ refused, refusedBytes, ...view }) => view);
}
