import type { Knex } from 'knex';
import { chunks } from '../store/chunks';

/** Which of these events still have a part in a run, or were only decided. */
export async function standing(
  tx: Knex,
  uids: string[],
): Promise<{ withRuns: Set<string>; withDecisions: Set<string> }> {
  const withRuns = new Set<string>();
  const withDecisions = new Set<string>();
  for (const some of chunks(uids)) {
    const runs: string[] = await tx('runs')
      .whereIn('event_uid', some)
      .pluck('event_uid');
    runs.forEach(uid => withRuns.add(uid));
    const decisions = await tx('decisions')
      .whereIn('event_uid', some)
      .select('event_uid', 'run_id');
    for (const row of decisions) {
      (row.run_id === null ? withDecisions : withRuns).add(row.event_uid);
    }
  }
  return { withRuns, withDecisions };
}

/** The events with the lines of their own, and their identities: sent again, they are new ones. */
export async function removeEvents(tx: Knex, uids: string[]): Promise<void> {
  for (const some of chunks(uids)) {
    await tx('timeline').whereIn('event_uid', some).delete();
    await tx('events').whereIn('uid', some).delete();
    await tx('event_identities').whereIn('uid', some).delete();
  }
}
