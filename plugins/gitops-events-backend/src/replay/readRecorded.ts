import type { Knex } from 'knex';
import { chunks } from '../store/chunks';
import { runOf } from '../store/runRow';
import { decisionOf, type DecisionRow } from '../timeline/decisionRow';
import { firedDecision } from '../timeline/eventView';

/** What a sensor said when an event came. */
export type Recorded = Omit<DecisionRow, 'seq' | 'waited'>;

/** By uid; without those that its index kept away, or that came before the sensor. */
export async function readRecorded(
  knex: Knex,
  sensor: string,
  uids: string[],
): Promise<Map<string, Recorded>> {
  const recorded = new Map<string, Recorded>();
  for (const some of chunks(uids, 500)) {
    const rows = (table: 'runs' | 'decisions') =>
      knex(table).where({ sensor, generation: 0 }).whereIn('event_uid', some);
    for (const row of await rows('runs')) {
      recorded.set(row.event_uid, firedDecision({ run: runOf(row) }));
    }
    for (const row of await rows('decisions')) {
      const { seq: _, waited: __, ...said } = decisionOf(row);
      recorded.set(said.eventUid, said);
    }
  }
  return recorded;
}
