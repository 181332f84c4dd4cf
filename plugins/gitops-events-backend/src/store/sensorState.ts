import type { StateRef } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { chunks } from './chunks';
import { isPostgres } from './clock';
import { rowsFrom, withRows } from './rowsFrom';

/** Names one thing that a sensor remembers. */
export interface StateKey extends StateRef {
  sensor: string;
}

export function stateKeyText({ sensor, kind, key }: StateKey): string {
  return JSON.stringify([sensor, kind, key]);
}

const columns = { sensor: 'text', kind: 'text', key: 'text' } as const;

/** A row that is only there to be locked. */
const NOTHING = 'null';

/**
 * Locks what sensors remember under these keys, until the transaction ends.
 * Missing rows are made, since a row that is not there cannot be locked; in
 * sorted order, so that two replicas cannot wait for each other. One statement
 * locks or makes: a row that was there a moment ago may be deleted by whoever
 * had its lock, and would be neither.
 *
 * @returns values by {@link stateKeyText}, without those that are missing
 */
export async function lockState(
  tx: Knex,
  keys: StateKey[],
): Promise<Map<string, unknown>> {
  const sorted = distinct(keys);
  for (const some of chunks(sorted)) {
    await tx('sensor_state')
      .insert(some.map(key => ({ ...key, value: NOTHING })))
      .onConflict(['sensor', 'kind', 'key'])
      .merge(['value'])
      .whereRaw('1 = 0');
  }
  return lockKept(tx, sorted);
}

/**
 * Locks those of these rows that are there; as {@link lockState}, but makes
 * none. In our order, which a text in a database may not have: where one locks
 * `a b` before `a` and another one after it, each may wait for the other.
 */
export async function lockKept(
  tx: Knex,
  keys: StateKey[],
): Promise<Map<string, unknown>> {
  const values = new Map<string, unknown>();
  for (const some of chunks(distinct(keys))) {
    const rows = await withRows(
      tx,
      'lock_state',
      `select s.sensor, s.kind, s.key, s.value
       from ${rowsFrom(tx, { ...columns, place: 'bigint' })}
       join sensor_state s
         on s.sensor = v.sensor and s.kind = v.kind and s.key = v.key
       order by v.place ${isPostgres(tx) ? 'for update of s' : ''}`,
      some.map((key, place) => ({ ...key, place })),
    );
    for (const row of rows) {
      if (row.value !== NOTHING) {
        values.set(stateKeyText(row as StateKey), JSON.parse(row.value));
      }
    }
  }
  return values;
}

/** Writes locked rows; without a value a row is deleted. */
export async function writeState(
  tx: Knex,
  writes: Array<StateKey & { value: unknown }>,
): Promise<void> {
  const kept = writes.filter(({ value }) => value !== undefined);
  for (const some of chunks(kept)) {
    await tx('sensor_state')
      .insert(some.map(row => ({ ...row, value: JSON.stringify(row.value) })))
      .onConflict(['sensor', 'kind', 'key'])
      .merge(['value']);
  }
  for (const some of chunks(writes.filter(row => row.value === undefined))) {
    await rowsOf(tx, some).delete();
  }
}

function rowsOf(tx: Knex, keys: StateKey[]) {
  return tx('sensor_state').whereIn(
    ['sensor', 'kind', 'key'],
    keys.map(({ sensor, kind, key }) => [sensor, kind, key]),
  );
}

function distinct(keys: StateKey[]): StateKey[] {
  const byText = new Map(keys.map(key => [stateKeyText(key), key]));
  return [...byText.keys()].sort().map(text => {
    const { sensor, kind, key } = byText.get(text)!;
    return { sensor, kind, key };
  });
}
