import type { DecisionView } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { chunks } from './chunks';

/** What a sensor said to an event. */
export type NewDecision = Pick<
  DecisionView,
  'eventUid' | 'sensor' | 'revision' | 'outcome' | 'reason' | 'runId'
>;

/**
 * Those that fired need no row: their run says it. An identity that came again
 * after it was forgotten may be on record still: what was said then stays.
 */
export async function insertDecisions(
  tx: Knex,
  decisions: NewDecision[],
  decidedAt: number,
): Promise<void> {
  const rows = decisions
    .filter(({ outcome }) => outcome !== 'fired')
    .map(decision => ({
      event_uid: decision.eventUid,
      sensor: decision.sensor,
      revision: decision.revision,
      outcome: decision.outcome,
      reason: JSON.stringify(decision.reason),
      run_id: decision.runId ?? null,
      decided_at: decidedAt,
    }));
  for (const some of chunks(rows)) {
    await tx('decisions')
      .insert(some)
      .onConflict(['event_uid', 'sensor', 'generation'])
      .ignore();
  }
}
