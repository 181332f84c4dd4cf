import type { Knex } from 'knex';
import { orAnyRow } from '../store/orAnyRow';
import { orAnyRun } from '../store/orAnyRun';
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
    const members = () =>
      knex('effects')
        .join('runs', 'runs.id', 'effects.run_id')
        .where('effects.change_id', change)
        .limit(maxScannedRows);
    const shared = members().join('decisions', 'decisions.run_id', 'runs.id');
    events.whereIn(
      'events.uid',
      knex.unionAll([
        knex
          .select('uid')
          .from(members().select('runs.event_uid as uid').as('own')),
        knex
          .select('uid')
          .from(shared.select('decisions.event_uid as uid').as('shared')),
      ]),
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
  events: Knex.QueryBuilder,
  { text, source, state }: TimelineQuery,
): void {
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
      orAnyRun(any, runs => orContains(runs, 'runs.title', text));
    });
  }
  if (state === 'held') {
    events.where(any =>
      orAnyRun(any, runs => runs.where('runs.state', 'held')),
    );
  }
  if (state === 'failed') {
    events.where(any =>
      orAnyRun(any, runs => runs.where('runs.end', 'failed')),
    );
  }
  if (state === 'open') events.where(isOpen);
  if (state === 'settled') events.whereNot(isOpen);
}

/** A run of it goes on, it waits in a window, or it is not decided; see {@link decidedEvents} for the exact word on the latter. */
function isOpen(events: Knex.QueryBuilder): void {
  orAnyRun(events, runs => runs.whereNot('runs.state', 'ended'));
  orAnyRow(events, decisions =>
    decisions
      .from('decisions')
      .select('decisions.seq')
      .whereRaw('decisions.event_uid = events.uid')
      .where('decisions.outcome', 'waiting'),
  );
  events.orWhereNotExists(positions =>
    positions
      .from('positions')
      .select('positions.partition')
      .whereRaw('positions.partition = events.partition')
      .whereRaw('positions.clock >= events.accepted_at'),
  );
}
