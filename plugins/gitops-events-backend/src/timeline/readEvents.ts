import type {
  EventView,
  DecisionView,
} from '@gitops-events/plugin-gitops-events-common';
import type { Access } from '../permissions/access';
import { eventOwnedBy } from '../permissions/owners';
import { readEventRow, readEventRows } from './eventRow';
import { decisionViews, eventView, payloadView } from './eventView';
import { orContains, readSeqPage, type Page } from './page';
import type { ReadRoom } from './readRoom';
import { readStories } from './readStories';

export interface EventsQuery {
  cursor?: string;
  limit: number;
  source?: string;
  type?: string;
  entityRef?: string;
  text?: string;
}

/** Events, newest first. */
export async function readEvents(
  room: ReadRoom,
  query: EventsQuery,
  access: Access,
): Promise<Page<EventView>> {
  const { knex } = room;
  const page = await readSeqPage({
    column: 'events.seq',
    cursor: query.cursor,
    limit: query.limit,
    rows: () =>
      knex('events').modify(rows => {
        if (query.entityRef) rows.where('events.entity_ref', query.entityRef);
      }),
    filter(rows) {
      if (query.source) rows.where('events.source', query.source);
      if (query.type) rows.where('events.type', query.type);
      if (query.text) {
        const text = query.text;
        rows.where(any =>
          ['id', 'source', 'type', 'subject'].forEach(column =>
            orContains(any, `events.${column}`, text),
          ),
        );
      }
      access.restrict(rows, eventOwnedBy);
    },
  });
  const events = await readEventRows(knex, page.items);
  const stories = await readStories(room, events, access);
  return { ...page, items: stories.map(eventView) };
}

/** One event with its payload; undefined when there is none that the reader may see. */
export async function readEvent(
  room: ReadRoom,
  uid: string,
  access: Access,
): Promise<(EventView & { decisions: DecisionView[] }) | undefined> {
  const event = await readEventRow(room.knex, uid);
  if (!event) return undefined;
  const [story] = await readStories(room, [event], access);
  if (!access.allows(story.owners)) return undefined;
  const payload = await room.knex('events').where({ uid }).first('data');
  return {
    ...eventView(story),
    ...payloadView(event.dataContentType, payload?.data),
    decisions: decisionViews(story),
  };
}
