import type { Knex } from 'knex';
import { maxScannedRows, orContains, readCursor } from './page';

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

/** Narrows to what an index finds. */
export function narrowEvents(
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

/** Filters that no index serves. */
export function filterEvents(
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
