import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { appendTimeline } from '../timeline/append';
import { rowsFrom, withRows } from './rowsFrom';

const columns = {
  uid: 'text',
  about: 'text',
  depth: 'bigint',
  causation_id: 'text',
} as const;

/** Keeps with the events of a batch which changes they are about, and tells both stories. */
export async function writeAbout(
  tx: Knex,
  events: StoredEvent[],
  now: number,
): Promise<void> {
  const about = events.filter(event => event.about !== undefined);
  await withRows(
    tx,
    'write_about',
    `update events set about = v.about, depth = v.depth, causation_id = v.causation_id
     from ${rowsFrom(tx, columns)}
     where events.uid = v.uid`,
    about.map(event => ({
      uid: event.uid,
      about: JSON.stringify(event.about),
      depth: event.depth,
      causation_id: event.causationId,
    })),
  );
  await appendTimeline(
    tx,
    about.flatMap(({ uid, type, source, about: change }) => {
      const { changeId } = change!;
      return [
        { kind: 'aboutChange', eventUid: uid, data: { changeId }, at: now },
        {
          kind: 'commitNews',
          changeId,
          data: { eventUid: uid, type, source },
          at: now,
        },
      ] as const;
    }),
  );
}
