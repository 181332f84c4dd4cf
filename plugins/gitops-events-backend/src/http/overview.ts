import { readOverview } from '../timeline/readOverview';
import type { ReadRoom } from '../timeline/readRoom';
import type { Handlers } from './handlers';

export const overviewHandlers = (
  room: ReadRoom,
): Pick<Handlers, 'getOverview'> => ({
  getOverview: ({ access }) => readOverview(room, access, Date.now()),
});
