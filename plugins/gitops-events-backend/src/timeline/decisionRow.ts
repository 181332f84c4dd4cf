import {
  maskSecrets,
  type DecisionView,
  type Reason,
} from '@gitops-events/plugin-gitops-events-common';
import type { EventRow } from './eventRow';
import { iso } from './runView';

/** A row of `decisions`, typed. */
export interface DecisionRow {
  seq: number;
  eventUid: string;
  sensor: string;
  revision: number;
  outcome: DecisionView['outcome'];
  reason: Reason;
  runId?: string;
  /** Milliseconds since the epoch. */
  decidedAt: number;
  /** That it waited in a window before. */
  waited?: { at: number; reason: Reason };
}

export function decisionOf(row: Record<string, any>): DecisionRow {
  return {
    seq: Number(row.seq),
    eventUid: row.event_uid,
    sensor: row.sensor,
    revision: row.revision,
    outcome: row.outcome,
    reason: JSON.parse(row.reason),
    runId: row.run_id ?? undefined,
    decidedAt: Number(row.decided_at),
    ...(row.waited_at !== null && {
      waited: {
        at: Number(row.waited_at),
        reason: JSON.parse(row.waited_reason),
      },
    }),
  };
}

export function decisionView(
  decision: Omit<DecisionRow, 'seq'>,
  event: Pick<EventRow, 'type' | 'source' | 'subject'> | undefined,
): DecisionView {
  return {
    eventUid: decision.eventUid,
    eventType: event?.type ?? '',
    eventSource: event?.source ?? '',
    eventSubject: event?.subject,
    sensor: decision.sensor,
    revision: decision.revision,
    outcome: decision.outcome,
    // Masked where it is made as well; what is kept may be older than a rule.
    reason: maskSecrets(decision.reason) as Reason,
    runId: decision.runId,
    decidedAt: iso(decision.decidedAt),
  };
}
