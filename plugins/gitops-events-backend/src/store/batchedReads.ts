import DataLoader from 'dataloader';
import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { changeOf, type Change } from './changeRow';
import { effectOf, type Effect } from './effectRow';
import { readEventsByUid } from './readEventsByUid';
import { readStops, type Stop } from './stops';

const batching = {
  cache: false,
  maxBatchSize: 200,
  batchScheduleFn: (send: () => void) => setImmediate(send),
};

/** Rows by their name; what is not kept is undefined. */
export interface BatchedReads {
  event(uid: string): Promise<StoredEvent | undefined>;
  effect(id: string): Promise<Effect | undefined>;
  change(id: string): Promise<Change | undefined>;
  /** Stops in force. */
  stops(): Promise<Stop[]>;
}

/**
 * Reads that many steps ask for at once cost one statement. Nothing is
 * remembered: a step looks at what is there now.
 */
export function createBatchedReads(knex: Knex): BatchedReads {
  const event = loader(
    uids => readEventsByUid(knex, uids),
    one => one.uid,
  );
  const effect = loader(
    async ids =>
      (await knex('effects').whereIn('effect_id', ids)).map(effectOf),
    one => one.effectId,
  );
  const change = loader(
    async ids => (await knex('changes').whereIn('id', ids)).map(changeOf),
    one => one.id,
  );
  const stops = new DataLoader<'inForce', Stop[]>(async names => {
    const found = await readStops(knex);
    return names.map(() => found);
  }, batching);
  return {
    event: uid => event.load(uid),
    effect: id => effect.load(id),
    change: id => change.load(id),
    stops: () => stops.load('inForce'),
  };
}

function loader<T>(
  read: (names: string[]) => Promise<T[]>,
  nameOf: (row: T) => string,
): DataLoader<string, T | undefined> {
  return new DataLoader<string, T | undefined>(async names => {
    const distinct = [...new Set(names)];
    const rows = await read(distinct);
    const byName = new Map(rows.map(row => [nameOf(row), row]));
    return names.map(name => byName.get(name));
  }, batching);
}
