import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Access } from '../permissions/access';
import { eventOwnedBy } from '../permissions/owners';
import { composeEntries, type TimelineLine } from './composeEntries';
import { readEventRows } from './eventRow';
import { endOf, statusOfStory, titleOf } from './eventView';
import {
  maxRelatedRows,
  maxScannedRows,
  orContains,
  readCursor,
  readSeqPage,
  type Page,
} from './page';
import type { ReadRoom } from './readRoom';
import { groupBy } from './groupBy';
import { readStories, type Story } from './readStories';
import { requestedBy } from './requestedBy';
import { iso, runView } from './runView';

export interface TimelineQuery {
  cursor?: string;
  limit: number;
  /** Uid. */
  event?: string;
  entityRef?: string;
  /** Id. */
  change?: string;
  text?: string;
  /** An event source, or the name of an ingress. */
  source?: string;
  state?: 'open' | 'settled' | 'held' | 'failed';
  /** ISO 8601. */
  since?: string;
}

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
        narrow(knex, events, query);
      }),
    filter(events) {
      filterEvents(knex, events, query);
      access.restrict(events, eventOwnedBy);
    },
  });
  const events = await readEventRows(knex, page.items);
  const stories = await readStories(room, events, access);
  const lines = await readLines(knex, stories);
  return {
    ...page,
    items: stories.map(story => groupOf(story, lines(story), Date.now())),
  };
}

/** What an index finds. */
function narrow(
  knex: Knex,
  events: Knex.QueryBuilder,
  { event, entityRef, change, cursor }: TimelineQuery,
): void {
  if (event) events.where('events.uid', event);
  if (entityRef) {
    const [before] = readCursor(cursor, 1) ?? [];
    events.whereIn('events.seq', eventsOfEntity(knex, entityRef, before));
  }
  if (change) {
    events.whereIn(
      'events.uid',
      knex('effects')
        .join('runs', 'runs.id', 'effects.run_id')
        .where('effects.change_id', change)
        .limit(maxScannedRows)
        .select('runs.event_uid'),
    );
  }
}

/** The event names the entity, or a run of it does. */
function eventsOfEntity(
  knex: Knex,
  entityRef: string,
  before: number | undefined,
): Knex.QueryBuilder {
  const named = knex('events')
    .where('entity_ref', entityRef)
    .modify(events => {
      if (before !== undefined) events.where('seq', '<', before);
    })
    .orderBy('seq', 'desc')
    .limit(maxScannedRows)
    .select('seq');
  const ran = knex('runs')
    .where('entity_ref', entityRef)
    .orderBy('seq', 'desc')
    .limit(maxScannedRows)
    .select('event_uid');
  return knex
    .select('seq')
    .from(
      knex
        .unionAll([
          knex.select('seq').from(named.as('named')),
          knex
            .select('events.seq')
            .from(ran.as('ran'))
            .join('events', 'events.uid', 'ran.event_uid'),
        ])
        .as('both'),
    );
}

function filterEvents(
  knex: Knex,
  events: Knex.QueryBuilder,
  { text, source, state }: TimelineQuery,
): void {
  const runs = () => knex('runs').whereRaw('runs.event_uid = events.uid');
  if (source) {
    events.where(any =>
      any.where('events.source', source).orWhere('events.ingress', source),
    );
  }
  if (text) {
    events.where(any => {
      for (const column of ['id', 'source', 'type', 'subject']) {
        orContains(any, `events.${column}`, text);
      }
      any.orWhereExists(
        runs()
          .where(run => orContains(run, 'runs.title', text))
          .select('runs.seq'),
      );
    });
  }
  if (state === 'held') {
    events.whereExists(runs().where('runs.state', 'held').select('runs.seq'));
  }
  if (state === 'failed') {
    events.whereExists(runs().where('runs.end', 'failed').select('runs.seq'));
  }
  if (state === 'open') events.where(open => isOpen(knex, open));
  if (state === 'settled') events.whereNot(open => isOpen(knex, open));
}

/** A run of it goes on, or it is not decided; see {@link decidedEvents} for the exact word on the latter. */
function isOpen(knex: Knex, events: Knex.QueryBuilder): void {
  events
    .whereExists(
      knex('runs')
        .whereRaw('runs.event_uid = events.uid')
        .whereNot('runs.state', 'ended')
        .select('runs.seq'),
    )
    .orWhereNotExists(
      knex('positions')
        .whereRaw('positions.partition = events.partition')
        .whereRaw('positions.clock >= events.accepted_at')
        .select('positions.partition'),
    );
}

/** The lines kept for the runs of these stories and for their changes. */
async function readLines(
  knex: Knex,
  stories: Story[],
): Promise<(story: Story) => TimelineLine[]> {
  const uids = stories.map(({ event }) => event.uid);
  const changeIds = stories.flatMap(changesOf);
  const ofEvents = await knex('timeline')
    .whereIn('event_uid', uids)
    .orderBy('seq')
    .limit(maxRelatedRows);
  const ofChanges = await knex('timeline')
    .whereIn('change_id', [...new Set(changeIds)])
    .orderBy('seq')
    .limit(maxRelatedRows);
  const byEvent = groupBy(ofEvents, row => row.event_uid as string);
  const byChange = groupBy(ofChanges, row => row.change_id as string);
  return story => {
    const rows = [
      ...(byEvent.get(story.event.uid) ?? []),
      ...changesOf(story).flatMap(id => byChange.get(id) ?? []),
    ];
    const once = new Map(rows.map(row => [row.seq, lineOf(row)]));
    return [...once.values()];
  };
}

function changesOf({ runs }: Story): string[] {
  return [
    ...new Set(runs.flatMap(({ changes }) => changes.map(({ id }) => id))),
  ];
}

function lineOf(row: Record<string, any>): TimelineLine {
  return {
    seq: Number(row.seq),
    kind: row.kind,
    runId: row.run_id ?? undefined,
    changeId: row.change_id ?? undefined,
    data: JSON.parse(row.data),
    at: Number(row.at),
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
