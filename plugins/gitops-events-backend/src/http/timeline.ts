import type { ReadRoom } from '../timeline/readRoom';
import { readTimeline } from '../timeline/readTimeline';
import type { Handlers } from './handlers';

export const timelineHandlers = (
  room: ReadRoom,
): Pick<Handlers, 'listTimeline'> => ({
  listTimeline: ({ query, access }) => readTimeline(room, query, access),
});
