import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { eventFromRow } from './eventRow';

/** Events by uid, in no order; those that are not kept are missing. */
export async function readEventsByUid(
  knex: Knex,
  uids: string[],
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (let start = 0; start < uids.length; start += 500) {
    const rows = await knex('events').whereIn(
      'uid',
      uids.slice(start, start + 500),
    );
    events.push(...rows.map(eventFromRow));
  }
  return events;
}
