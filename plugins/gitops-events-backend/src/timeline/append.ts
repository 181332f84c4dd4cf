import type { Knex } from 'knex';
import type { TimelineKind } from '@gitops-events/plugin-gitops-events-common';

/** A line to add; `data` holds the fields that its sentence is made of. */
export interface TimelineRow {
  kind: TimelineKind;
  eventUid?: string;
  runId?: string;
  changeId?: string;
  data: Record<string, unknown>;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Adds lines in the transaction that makes them true. */
export async function appendTimeline(
  tx: Knex,
  rows: TimelineRow[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += 100) {
    await tx('timeline').insert(
      rows.slice(start, start + 100).map(row => ({
        kind: row.kind,
        event_uid: row.eventUid ?? null,
        run_id: row.runId ?? null,
        change_id: row.changeId ?? null,
        data: JSON.stringify(row.data),
        at: row.at,
      })),
    );
  }
}
