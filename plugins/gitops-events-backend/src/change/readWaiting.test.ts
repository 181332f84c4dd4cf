import { databaseKinds, testDatabases } from '../store/testDatabases';
import type { Database } from '../store/database';
import { readWaiting } from './readWaiting';

const base = { repository: 'local:deployments', base: 'main' };
const limits = { page: 4, kept: 3, read: 100 };

describe.each(databaseKinds)('what waits for a base, on %s', kind => {
  const databases = testDatabases();
  let database: Database;

  beforeEach(async () => {
    database = await databases.open(kind);
  });

  /** Each sets the tag of the application that it names. */
  const ask = (applications: string[], more: object = {}) =>
    database.knex('effects').insert(
      applications.map((application, order) => ({
        ...base,
        ...{ effect_id: `e${order}`, run_id: `r${order}`, run_seq: order + 1 },
        ...{ step_id: 'bump', change_key: application, state: 'pending' },
        ...{ flush_by: 0, created_at: 1_000 - order },
        input: JSON.stringify({
          edits: [
            { kind: 'yaml', file: `${application}.yaml`, set: { tag: order } },
          ],
        }),
        ...more,
      })),
    );
  const read = async () => {
    const waiting = await readWaiting(
      database.knex,
      base,
      { stops: [], resting: [] },
      limits,
    );
    return {
      kept: waiting.effects.map(({ effectId }) => effectId),
      all: waiting.all.length,
      since: waiting.since,
    };
  };

  it('takes the newest of each change key from behind any number of older ones', async () => {
    await ask('abababababababababab'.split(''));
    expect(await read()).toEqual({ kept: ['e18', 'e19'], all: 20, since: 981 });
  });

  it('leaves to the next turn what is too much for this one', async () => {
    await ask('abcdefgh'.split(''));
    expect(await read()).toEqual({
      ...{ kept: ['e0', 'e1', 'e2', 'e3'], all: 4, since: 997 },
    });
  });

  it('reads nothing that is on its way already', async () => {
    await ask(['a', 'a'], { state: 'member' });
    expect(await read()).toEqual({ kept: [], all: 0, since: Infinity });
  });
});
