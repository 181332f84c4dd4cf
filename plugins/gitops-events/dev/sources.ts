import type { RouteName } from '@gitops-events/plugin-gitops-events-common';
import { fail, type Handler } from './answers';

/** Nothing is pulled in the example: its events come over HTTP. */
export const sourceHandlers: Partial<Record<RouteName, Handler>> = {
  listSources: () => ({ items: [] }),
  letSourceGoOn: () => fail(404, 'There is no such event source.'),
  listRefusedMessages: () => ({ items: [] }),
  getRefusedMessage: () => fail(404, 'There is no such refused message.'),
  retryRefusedMessage: () => fail(404, 'There is no such refused message.'),
  discardRefusedMessage: () => fail(404, 'There is no such refused message.'),
};
