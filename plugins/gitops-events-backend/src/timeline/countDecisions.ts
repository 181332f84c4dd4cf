import type { SensorView } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { presentTime } from '../presentTime';

export type DecisionCounts = SensorView['counts'];

const day = 24 * 60 * 60 * 1000;

/** Of each sensor only its newest rows are counted, so that a storm does not slow the page. */
export const maxCounted = 1_000;

/**
 * What each sensor said within the last 24 hours, at most {@link maxCounted} a
 * kind of row, and how many of its runs are held now, however old they are.
 * Replays count for nothing here.
 */
export async function countDecisions(
  knex: Knex,
  sensors: string[],
): Promise<Map<string, DecisionCounts>> {
  const counts = new Map<string, DecisionCounts>(
    sensors.map(name => [
      name,
      { fired: 0, notMatched: 0, suppressed: 0, held: 0 },
    ]),
  );
  if (sensors.length === 0) return counts;
  const since = presentTime() - day;

  const decisions = await newest(knex, sensors, 'decisions', [
    'sensor',
    'outcome',
    'decided_at as at',
  ])
    .where('at', '>=', since)
    .whereIn('outcome', ['notMatched', 'suppressed'])
    .select('sensor', 'outcome')
    .count('* as count')
    .groupBy('sensor', 'outcome');
  for (const row of decisions) {
    counts.get(row.sensor)![row.outcome as keyof DecisionCounts] += Number(
      row.count,
    );
  }

  const runs = await newest(knex, sensors, 'runs', [
    'sensor',
    'created_at as at',
  ])
    .where('at', '>=', since)
    .select('sensor')
    .count('* as count')
    .groupBy('sensor');
  for (const row of runs) counts.get(row.sensor)!.fired += Number(row.count);

  const held = await knex('runs')
    .where({ state: 'held', generation: 0 })
    .whereIn('sensor', sensors)
    .select('sensor')
    .count('* as count')
    .groupBy('sensor');
  for (const row of held as any[]) {
    counts.get(row.sensor)!.held = Number(row.count);
  }
  return counts;
}

/** What was said to the event that a run is of. */
export function decisionOn(knex: Knex, run: string): Knex.QueryBuilder {
  return knex('decisions')
    .select(knex.raw('1'))
    .whereRaw('decisions.event_uid = ??.event_uid', [run])
    .whereRaw('decisions.sensor = ??.sensor', [run])
    .where('decisions.generation', 0);
}

function newest(
  knex: Knex,
  sensors: string[],
  table: 'decisions' | 'runs',
  columns: string[],
): Knex.QueryBuilder<any, any[]> {
  const each = sensors.map(sensor =>
    knex.from(
      knex(table)
        .where({ sensor, generation: 0 })
        .modify(query => {
          // One that was held at once did not fire.
          if (table === 'runs') {
            query.whereNotExists(
              decisionOn(knex, 'runs').where({ outcome: 'held' }),
            );
          }
        })
        .select(columns)
        .orderBy('seq', 'desc')
        .limit(maxCounted)
        .as('newest'),
    ),
  );
  return knex.from(
    knex
      .unionAll(
        each.map(query => query.select('*')),
        false,
      )
      .as('counted'),
  );
}
