import type {
  Standstill,
  UnreadableLocation,
} from '@gitops-events/plugin-gitops-events-common';
import type { Transport } from '../bus/intake/brokeredBus';
import { readOverview } from '../timeline/readOverview';
import type { ReadRoom } from '../timeline/readRoom';
import type { Handlers } from './handlers';

export const overviewHandlers = (
  room: ReadRoom,
  seen: {
    unreadableLocations(): UnreadableLocation[];
    standstills(): Standstill[];
    transport?: Transport;
  },
): Pick<Handlers, 'getOverview'> => ({
  getOverview: async ({ access }) => {
    const overview = await readOverview(room, access, Date.now());
    return {
      ...overview,
      bus: {
        ...overview.bus,
        standstills: seen.standstills(),
        ...(seen.transport && (await stateOf(seen.transport))),
      },
      unreadableLocations: seen.unreadableLocations(),
    };
  },
});

async function stateOf(transport: Transport) {
  const { since, ...health } = transport.health();
  return {
    broker: { ...health, since: new Date(since).toISOString() },
    intakes: await transport.intakes(),
  };
}
