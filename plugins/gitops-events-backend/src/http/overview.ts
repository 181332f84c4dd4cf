import type { UnreadableLocation } from '@gitops-events/plugin-gitops-events-common';
import { readOverview } from '../timeline/readOverview';
import type { ReadRoom } from '../timeline/readRoom';
import type { Handlers } from './handlers';

export const overviewHandlers = (
  room: ReadRoom,
  unreadableLocations: () => UnreadableLocation[],
): Pick<Handlers, 'getOverview'> => ({
  getOverview: async ({ access }) => ({
    ...(await readOverview(room, access, Date.now())),
    unreadableLocations: unreadableLocations(),
  }),
});
