import type { Knex } from 'knex';
import { lockKept, lockState, stateKeyText, writeState } from './sensorState';
import { databaseKinds, testDatabases } from './testDatabases';

const databases = testDatabases();
const key = (name: string) => ({
  sensor: 's',
  kind: 'dedupe' as const,
  key: name,
});

describe.each(databaseKinds)('sensor state on %s', kind => {
  it('is read under lock, and written', async () => {
    const { knex } = await databases.open(kind);
    const names = Array.from({ length: 450 }, (_, n) => `key ${n}`);
    await knex.transaction(async tx => {
      expect((await lockState(tx, names.map(key))).size).toBe(0);
      await writeState(
        tx,
        names.map((name, n) => ({
          ...key(name),
          value: n % 2 ? { n } : undefined,
        })),
      );
    });
    expect(await knex('sensor_state')).toHaveLength(225);
    await knex.transaction(async tx => {
      const state = await lockState(tx, names.map(key));
      expect(state.size).toBe(225);
      expect(state.get(stateKeyText(key('key 7')))).toEqual({ n: 7 });
    });
  });
});

it('on postgres does not deadlock, in whatever order it is asked for', async () => {
  const database = await databases.open('postgres');
  const names = Array.from({ length: 60 }, (_, n) => `key ${(n * 37) % 60}`);
  const replicas = [database.knex, databases.again(database)];
  await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      replicas[n % 2].transaction(async tx => {
        const asked = n % 4 < 2 ? names : names.slice().reverse();
        const some = asked.slice(n % 7, 40 + (n % 7));
        const state = await lockState(tx, some.map(key));
        await writeState(
          tx,
          some.map(name => ({
            ...key(name),
            value: Number(state.get(stateKeyText(key(name))) ?? 0) + 1,
          })),
        );
      }),
    ),
  );
  const rows = await database.knex('sensor_state');
  const total = rows.reduce((sum, { value }) => sum + Number(value), 0);
  expect(total).toBe(40 * 40);
}, 30_000);

it('on postgres locks in one order, whatever order the database has for texts', async () => {
  const database = await databases.open('postgres');
  // A space sorts before the quotation mark behind the shorter key, and after its end.
  const names = Array.from({ length: 40 }, (_, n) => [
    `shop${n}`,
    `shop${n} api`,
    `shop${n}!`,
  ]).flat();
  const keys = names.map(key);
  await database.knex.transaction(tx =>
    writeState(
      tx,
      keys.map(one => ({ ...one, value: 1 })),
    ),
  );
  const locked = async (lock: typeof lockState) => {
    const order: string[] = [];
    await database.knex.transaction(async tx => {
      order.push(...(await lock(tx, keys)).keys());
    });
    return order;
  };
  expect(await locked(lockKept)).toEqual(
    names.map(key).map(stateKeyText).sort(),
  );
  const replicas = [database.knex, databases.again(database)];
  await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      replicas[n % 2].transaction(tx =>
        n % 4 < 2 ? lockState(tx, keys) : lockKept(tx, keys),
      ),
    ),
  );
}, 60_000);

it('on postgres locks a row too that its last holder deletes', async () => {
  const database = await databases.open('postgres');
  const replica = databases.again(database);
  const lock = (tx: Knex) => lockState(tx, [key('one')]);
  const write = (tx: Knex, value: unknown) =>
    writeState(tx, [{ ...key('one'), value }]);
  const waiting = async (count: number) => {
    for (;;) {
      const { rows } = await database.knex.raw(
        `select count(distinct pid) as waiting from pg_locks
         where not granted and pid in
           (select pid from pg_stat_activity where datname = current_database())`,
      );
      if (Number(rows[0].waiting) >= count) return;
    }
  };
  await database.knex.transaction(async tx => {
    await lock(tx);
    await write(tx, 1);
  });
  const [first, second, third] = await Promise.all(
    [1, 2, 3].map(() => replica.transaction()),
  );
  await lock(first);
  const secondLocks = lock(second);
  await waiting(1);
  await write(first, undefined);
  await first.commit();
  expect((await secondLocks).size).toBe(0);

  const thirdLocks = lock(third);
  await Promise.race([waiting(1), thirdLocks]);
  await write(second, 2);
  await second.commit();
  expect([...(await thirdLocks).values()]).toEqual([2]);
  await third.rollback();
}, 30_000);
