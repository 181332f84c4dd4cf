import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import type { Access } from '../permissions/access';
import { eventOwnedBy } from '../permissions/owners';
import { presentTime } from '../presentTime';
import { composeEntries, type TimelineLine } from './composeEntries';
import { readEventRows } from './eventRow';
import { endOf, statusOfStory, titleOf } from './eventView';
import { readSeqPage, type Page } from './page';
import { readLines } from './readLines';
import type { ReadRoom } from './readRoom';
import { readStories, type Story } from './readStories';
import { requestedBy } from './requestedBy';
import { iso, runView } from './runView';
import {
  filterEvents,
  narrowEvents,
  type TimelineQuery,
} from './timelineFilters';

/** One group an event, newest first. */
export async function readTimeline(
  room: ReadRoom,
  query: TimelineQuery,
  access: Access,
): Promise<Page<TimelineGroup>> {
  const { knex } = room;
  const since = query.since === undefined ? undefined : Date.parse(query.since);
  const [oldest] =
    since === undefined
      ? []
      : await knex('events')
          .where('accepted_at', '>=', since)
          .orderBy(['accepted_at', 'seq'])
          .limit(1)
          .select('seq');
  if (since !== undefined && !oldest) return { items: [] };

  const page = await readSeqPage({
    column: 'events.seq',
    cursor: query.cursor,
    limit: query.limit,
    rows: () =>
      knex('events').modify(events => {
        if (oldest) events.where('events.seq', '>=', oldest.seq);
        narrowEvents(knex, events, query);
      }),
    filter(events) {
      filterEvents(events, query);
      access.restrict(events, eventOwnedBy);
    },
  });
  const events = await readEventRows(knex, page.items);
  const stories = await readStories(room, events, access);
  const lines = await readLines(knex, stories);
  return {
    ...page,
    items: stories.map(story => groupOf(story, lines(story), presentTime())),
  };
}

function groupOf(
  story: Story,
  lines: TimelineLine[],
  now: number,
): TimelineGroup {
  const { event, runs, settled } = story;
  const endedAt = endOf(story);
  const until = endedAt ?? (settled ? event.acceptedAt : now);
  return {
    eventUid: event.uid,
    title: titleOf(story),
    requestedBy: requestedBy(event),
    receivedAt: iso(event.acceptedAt),
    ...(endedAt !== undefined && { endedAt: iso(endedAt) }),
    entityRef:
      event.entityRef ?? runs.find(({ run }) => run.entityRef)?.run.entityRef,
    eventType: event.type,
    eventSource: event.source,
    status: statusOfStory(story),
    settled,
    durationMs: Math.max(0, until - event.acceptedAt),
    runs: runs.map(run => runView(run, event)),
    entries: composeEntries(story, lines),
  };
}
