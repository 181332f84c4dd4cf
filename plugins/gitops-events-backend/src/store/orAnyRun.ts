import type { Knex } from 'knex';
import { orAnyRow } from './orAnyRow';

/**
 * Adds `or` an event of the query has a run that `which` describes, be it one
 * that a window made of it and others.
 */
export function orAnyRun(
  events: Knex.QueryBuilder,
  which: (runs: Knex.QueryBuilder) => void,
): void {
  orAnyRow(events, runs =>
    runs
      .from('runs')
      .select('runs.id')
      .whereRaw('runs.event_uid = events.uid')
      .where(run => which(run)),
  );
  orAnyRow(events, runs =>
    runs
      .from('decisions')
      .join('runs', 'runs.id', 'decisions.run_id')
      .select('runs.id')
      .whereRaw('decisions.event_uid = events.uid')
      .where(run => which(run)),
  );
}
