import type {
  DecisionView,
  Reason,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { chunks } from './chunks';

/** What a sensor said to an event. */
export type NewDecision = Pick<
  DecisionView,
  'eventUid' | 'sensor' | 'revision' | 'outcome' | 'reason' | 'runId'
> & {
  /** Of a window: the run has other events beside it. */
  shared?: boolean;
  /** In this batch it waited in a window first, for this. */
  waitedFor?: Reason;
};

/**
 * One event that fired alone needs no row: its run says it. An identity that
 * came again after it was forgotten may be on record still: what was said then
 * stays, unless it was that it waits.
 */
export async function insertDecisions(
  tx: Knex,
  decisions: NewDecision[],
  decidedAt: number,
): Promise<void> {
  const rows = decisions
    .filter(({ outcome, shared }) => outcome !== 'fired' || shared)
    .map(decision => ({
      event_uid: decision.eventUid,
      sensor: decision.sensor,
      revision: decision.revision,
      outcome: decision.outcome,
      reason: JSON.stringify(decision.reason),
      run_id: decision.runId ?? null,
      decided_at: decidedAt,
      waited_at: decision.waitedFor ? decidedAt : null,
      waited_reason: decision.waitedFor
        ? JSON.stringify(decision.waitedFor)
        : null,
    }));
  for (const some of chunks(rows)) {
    await tx('decisions')
      .insert(some)
      .onConflict(['event_uid', 'sensor', 'generation'])
      .merge({
        outcome: tx.raw('excluded.outcome'),
        reason: tx.raw('excluded.reason'),
        revision: tx.raw('excluded.revision'),
        run_id: tx.raw('excluded.run_id'),
        decided_at: tx.raw('excluded.decided_at'),
        waited_at: tx.raw('decisions.decided_at'),
        waited_reason: tx.raw('decisions.reason'),
      })
      .where('decisions.outcome', 'waiting');
  }
}
