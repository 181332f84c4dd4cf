import type { Knex } from 'knex';
import waitForExpect from 'wait-for-expect';
import { claimRuns } from './claimRuns';
import { completeRuns } from './completeRuns';
import type { Database } from './database';
import { parkRuns, wakeNext, wakeParked } from './parkRuns';
import { readRun } from './readRun';
import { runOf, type Run } from './runRow';
import { testDatabases } from './testDatabases';
import { wakeFrozen } from './wakeFrozen';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const topic = 'slot deploy ';
const later = Date.now() + 3_600_000;
const reason = { code: 'concurrency', message: 'Waits for another run.' };
const cancelled = { code: 'cancelled', message: 'Cancelled.' };
const databases = testDatabases();

/** Another replica writes to a run at the moment at which it is parked or woken. On SQLite there is one writer. */
describe('runs that wait for a gate, on postgres', () => {
  let database: Database;
  let knex: Knex;
  let other: Knex.Transaction;

  beforeEach(async () => {
    database = await databases.open('postgres');
    ({ knex } = database);
    other = await databases.again(database).transaction();
  });
  afterEach(() => other.rollback());

  let count = 0;
  const add = async (more: object): Promise<Run> => {
    count += 1;
    const [row] = await knex('runs')
      .insert({
        ...{ id: `run ${count}`, event_uid: 'event', sensor: 'deploy' },
        ...{ revision: 1, title: '', owner_ref: '', mode: 'auto', step: 0 },
        ...{ attempt: 0, steps: '[]', version: 1, state: 'queued' },
        ...{ gated: true, due_at: 1, created_at: 1, scope: '{}' },
        ...{ blocks_lane: false, ...more },
      })
      .returning('*');
    return runOf(row);
  };
  const claim = (on: Knex = knex): Promise<Run[]> =>
    claimRuns(on, {
      ...{ replica: 'one', claimMs: 60_000 },
      wanted: [{ sensor: 'deploy', take: 10 }],
    });
  const cancel = (tx: Knex, run: Run) =>
    completeRuns(tx, [
      {
        run: { ...run, state: 'ended', end: 'cancelled', reason: cancelled },
        leavesLane: true,
      },
    ]);
  /** Does it while the other one has written and not committed. */
  const meanwhile = async (work: Promise<unknown>) => {
    await waitForExpect(async () => {
      const { rows } = await knex.raw(
        'select 1 from pg_locks where not granted',
      );
      expect(rows).not.toEqual([]);
    });
    await other.commit();
    await work;
  };

  const frozen = { unless: 'schedule other', after: 0, limit: 10 };
  it.each([
    ['the next', topic, (tx: Knex) => wakeNext(tx, topic)],
    ['all', topic, (tx: Knex) => wakeParked(tx, topic, 10)],
    ['what was frozen', 'schedule one', (tx: Knex) => wakeFrozen(tx, frozen)],
  ])(
    'are claimed once, where one is claimed as %s are woken',
    async (_, parkedUnder, wake) => {
      // It looks for itself, as each does that waited long enough.
      const parked = await add({ topic: parkedUnder });
      expect((await claim(other)).map(({ id }) => id)).toEqual([parked.id]);
      await meanwhile(knex.transaction<unknown>(wake));
      expect(await claim()).toEqual([]);
      expect(await readRun(knex, parked.id)).toMatchObject({
        ...{ state: 'running', claimedBy: 'one', version: 2 },
      });
    },
  );

  it('keep why they ended, where one is cancelled as the first of its lane waits', async () => {
    const lane = { lane: 'one', blocks_lane: true };
    await add(lane);
    const behind = await add(lane);
    const [first] = await claim();
    await cancel(other, behind);
    await meanwhile(
      knex.transaction(tx =>
        parkRuns(tx, [{ run: first, topic, dueAt: later, reason }]),
      ),
    );
    expect(await readRun(knex, behind.id)).toMatchObject({
      ...{ state: 'ended', end: 'cancelled', reason: cancelled },
    });
    expect((await readRun(knex, behind.id))?.topic).toBeUndefined();
  });
});
