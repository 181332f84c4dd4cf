import type {
  Reason,
  RehearsedRun,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { chunks } from '../store/chunks';
import { optionalJson } from '../store/runRow';
import type { Recorded } from './readRecorded';
import type { Difference } from './replay';

/** What is on record, as a finding keeps it. */
export type FindingThen = Recorded & { run?: RehearsedRun };

export interface FindingNow {
  outcome: Recorded['outcome'];
  reason: Reason;
  run?: RehearsedRun;
  /** The run that it made, for real. */
  runId?: string;
}

/** What became of an event in a replay; those alike are not kept. */
export interface Finding {
  eventUid: string;
  difference: Difference;
  then?: FindingThen;
  now: FindingNow;
}

/** Those of these events that wait in a window of the replay. */
export async function readWaiting(
  knex: Knex,
  id: string,
  uids: string[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const some of chunks(uids)) {
    const rows = await knex('replay_findings')
      .where({ replay_id: id, difference: 'waiting' })
      .whereIn('event_uid', some);
    findings.push(...rows.map(findingOf));
  }
  return findings;
}

/** Some of those that still wait, the earliest first. */
export async function readStillWaiting(
  knex: Knex,
  id: string,
  limit: number,
): Promise<Finding[]> {
  const rows = await knex('replay_findings')
    .where({ replay_id: id, difference: 'waiting' })
    .orderBy('seq')
    .limit(limit);
  return rows.map(findingOf);
}

/** One that turned out to be alike goes. */
export async function writeFindings(
  tx: Knex,
  id: string,
  findings: Finding[],
): Promise<void> {
  const alike = findings.filter(({ difference }) => difference === 'alike');
  for (const some of chunks(alike)) {
    await tx('replay_findings')
      .where({ replay_id: id })
      .whereIn(
        'event_uid',
        some.map(({ eventUid }) => eventUid),
      )
      .delete();
  }
  const kept = findings.filter(({ difference }) => difference !== 'alike');
  for (const some of chunks(kept)) {
    const rows = some.map(({ eventUid, difference, then, now }) => ({
      replay_id: id,
      event_uid: eventUid,
      difference,
      then: then ? JSON.stringify(then) : null,
      now: JSON.stringify(now),
    }));
    await tx('replay_findings')
      .insert(rows)
      .onConflict(['replay_id', 'event_uid'])
      .merge(['difference', 'then', 'now']);
  }
}

export function findingOf(row: Record<string, any>): Finding {
  return {
    eventUid: row.event_uid,
    difference: row.difference,
    then: optionalJson(row.then),
    now: JSON.parse(row.now),
  };
}
