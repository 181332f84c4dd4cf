import type {
  Standstill,
  UnreadableLocation,
} from '@gitops-events/plugin-gitops-events-common';
import { readOverview } from '../timeline/readOverview';
import type { ReadRoom } from '../timeline/readRoom';
import type { Handlers } from './handlers';

export const overviewHandlers = (
  room: ReadRoom,
  seen: {
    unreadableLocations(): UnreadableLocation[];
    standstills(): Standstill[];
  },
): Pick<Handlers, 'getOverview'> => ({
  getOverview: async ({ access }) => {
    const overview = await readOverview(room, access, Date.now());
    return {
      ...overview,
      bus: { ...overview.bus, standstills: seen.standstills() },
      unreadableLocations: seen.unreadableLocations(),
    };
  },
});
