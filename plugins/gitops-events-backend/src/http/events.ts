import { readEvent, readEvents } from '../timeline/readEvents';
import type { ReadRoom } from '../timeline/readRoom';
import { found, type Handlers } from './handlers';

export const eventHandlers = (
  room: ReadRoom,
): Pick<Handlers, 'listEvents' | 'getEvent'> => ({
  listEvents: ({ query, access }) => readEvents(room, query, access),
  getEvent: async ({ params, access }) =>
    found(await readEvent(room, params.id, access), 'event'),
});
