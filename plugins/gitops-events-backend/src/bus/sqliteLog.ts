import type { Knex } from 'knex';
import { eventFromRow, type EventRow } from '../store/eventRow';
import { countsOf, type PartitionLog } from './partitionLog';

/** SQLite has one writer at a time, so a row with a lower number never comes late. */
export function sqliteLog(knex: Knex): PartitionLog {
  const beyond = (partition: string, from: string | undefined) =>
    knex('events').where({ partition }).andWhere('seq', '>', reached(from));
  return {
    async next({ partition, from, limit }) {
      const rows: EventRow[] = await beyond(partition, from)
        .orderBy('seq')
        .limit(limit);
      if (rows.length === 0) return { position: from };
      const next = JSON.stringify({ seq: rows[rows.length - 1].seq });
      return {
        batch: { events: rows.map(eventFromRow), next },
        position: next,
      };
    },
    async lag({ partition, from, atMost }) {
      const some = beyond(partition, from).select('seq').limit(atMost);
      const row = await knex
        .from(some.as('some'))
        .count({ count: '*' })
        .first();
      return Number(row!.count);
    },
    async lagBy({ partition, from, atMost }) {
      const some = beyond(partition, from).select('principal').limit(atMost);
      const rows = await knex
        .from(some.as('some'))
        .groupBy('principal')
        .select('principal')
        .count({ count: '*' });
      return countsOf(rows);
    },
  };
}

function reached(from: string | undefined): number {
  return from === undefined ? 0 : JSON.parse(from).seq;
}
