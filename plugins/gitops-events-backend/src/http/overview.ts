import {
  ailingSources,
  quarantineReadPermission,
  type Standstill,
  type UnreadableLocation,
} from '@gitops-events/plugin-gitops-events-common';
import { readIntakeViews } from '../bus/intake/readIntakeViews';
import type { Transport } from '../bus/intake/brokeredBus';
import type { Authorizer } from '../permissions/authorizer';
import { presentTime } from '../presentTime';
import { readOverview } from '../timeline/readOverview';
import type { ReadRoom } from '../timeline/readRoom';
import type { SourceRoom } from '../sources/pull/EventSources';
import type { Handlers } from './handlers';
import { nobodys } from './sources';

export const overviewHandlers = (
  room: ReadRoom,
  seen: {
    unreadableLocations(): UnreadableLocation[];
    standstills(): Standstill[];
    transport?: Transport;
    authorizer: Pick<Authorizer, 'access'>;
    sources: Pick<SourceRoom, 'views' | 'waiting'>;
  },
): Pick<Handlers, 'getOverview'> => ({
  getOverview: async ({ access, credentials }) => {
    const quarantine = await seen.authorizer.access(
      credentials,
      quarantineReadPermission,
    );
    const overview = await readOverview(room, access, presentTime());
    return {
      ...overview,
      bus: {
        ...overview.bus,
        standstills: seen.standstills(),
        ...(await stateOf(seen.transport, room)),
      },
      ailingSources: ailingSources(await seen.sources.views({ lag: false })),
      ...(quarantine.allows(nobodys) && {
        refusedMessages: await seen.sources.waiting(),
      }),
      unreadableLocations: seen.unreadableLocations(),
    };
  },
});

async function stateOf(transport: Transport | undefined, { knex }: ReadRoom) {
  if (!transport) {
    // A broker may have stood here before, with events left at it.
    const intakes = await readIntakeViews(knex, undefined);
    return intakes.length > 0 ? { intakes } : {};
  }
  const { since, ...health } = transport.health();
  return {
    broker: { ...health, since: new Date(since).toISOString() },
    intakes: await transport.intakes(),
  };
}
