import type { SensorView } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { maxCounted } from './countDecisions';

/** How often base came to hold what each observing sensor would have written, of its newest runs that know. */
export async function countAgreement(
  knex: Knex,
  sensors: string[],
): Promise<Map<string, NonNullable<SensorView['agreement']>>> {
  if (sensors.length === 0) return new Map();
  const each = sensors.map(sensor =>
    knex
      .from(
        knex('runs')
          .where({ sensor, generation: 0 })
          .whereNotNull('agreed')
          .select('sensor', 'agreed')
          .orderBy('seq', 'desc')
          .limit(maxCounted)
          .as('newest'),
      )
      .select('*'),
  );
  const rows: any[] = await knex
    .from(knex.unionAll(each, false).as('counted'))
    .select('sensor', 'agreed')
    .count('* as count')
    .groupBy('sensor', 'agreed');
  const counts = new Map<string, { agreed: number; of: number }>();
  for (const { sensor, agreed, count } of rows) {
    const known = counts.get(sensor) ?? { agreed: 0, of: 0 };
    counts.set(sensor, {
      agreed: known.agreed + (agreed ? Number(count) : 0),
      of: known.of + Number(count),
    });
  }
  return counts;
}
