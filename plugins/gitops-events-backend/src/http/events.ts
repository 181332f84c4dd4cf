import type { Transport } from '../bus/intake/brokeredBus';
import { readEvent, readEvents } from '../timeline/readEvents';
import type { ReadRoom } from '../timeline/readRoom';
import { found, type Handlers } from './handlers';
import { HttpProblem } from './problem';

export const eventHandlers = (
  room: ReadRoom,
  transport?: Transport,
): Pick<Handlers, 'listEvents' | 'getEvent'> => ({
  listEvents: ({ query, access }) => readEvents(room, query, access),
  async getEvent({ params: { id }, access }) {
    const event = await readEvent(room, id, access);
    if (event || !transport) return found(event, 'event');
    if (await transport.mayBeUnread(id)) throw notReadYet();
    // It may have come in between.
    return found(await readEvent(room, id, access), 'event');
  },
});

/** No failure, and no event yet: a sender asks again. */
function notReadYet(): HttpProblem {
  return new HttpProblem({
    status: 202,
    title: 'Accepted, not yet read',
    detail:
      'The bus has acknowledged events that are not read yet; this may be one of them. Ask again in a moment.',
    headers: { 'retry-after': '1' },
  });
}
