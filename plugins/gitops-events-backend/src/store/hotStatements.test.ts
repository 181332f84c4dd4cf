import type { Knex } from 'knex';
import { claimChanges } from './claimChanges';
import { claimRuns, claimSuspect } from './claimRuns';
import { dueSensors } from './dueSensors';
import { goOnAfter } from '../stop/goOnAfter';
import { isPostgres } from './clock';
import { insertRuns, type NewRun } from './insertRuns';
import { readPendingBases, readPendingEffects } from './readPending';
import { readRestingKeys } from './readRests';
import { databaseKinds, testDatabases } from './testDatabases';
import { readDueTimers, sensorsWithDueTimers } from './timers';
import type { Stop } from './stops';
import { wakeRuns, wakeTopic } from './wakeRuns';
import { readsTooMuch } from './__testUtils__/rowsRead';

jest.setTimeout(120_000);

/** Years of work, of which a few are open: what loops ask all day must not read the rest. */
const rows = 50_000;
const most = 2_000;
/** Or much is, all of one sensor and one base: a turn must not read all of that either. */
const backlogs = [
  { name: 'a few are open', open: 100, deep: false },
  { name: 'half are one backlog', open: rows / 2, deep: true },
];

const databases = testDatabases();
const hour = 3_600_000;

const aRun: NewRun = {
  scope: { events: [{ uid: 'event', dependency: 'it' }], params: {} },
  id: 'run',
  eventUid: 'event',
  sensor: '7',
  revision: 1,
  generation: 0,
  title: '',
  ownerRef: '',
  mode: 'auto',
  lane: '7',
  state: 'queued',
  step: 0,
  attempt: 0,
  steps: [],
  dueAt: 0,
  createdAt: 0,
  gated: false,
  priority: 0,
};

const cases = databaseKinds.flatMap(kind =>
  backlogs.map(backlog => ({ kind, ...backlog })),
);

describe.each(cases)(
  'of 50,000 rows on $kind $name',
  ({ kind, open, deep }) => {
    let knex: Knex;
    let someRuns: string[];

    beforeAll(async () => {
      ({ knex } = await databases.open(kind));
      const now = Date.now();
      // The last ones are open.
      const isOpen = `n > ${rows - open}`;
      const among = (count: number, openAll = deep) =>
        openAll
          ? `cast(case when ${isOpen} then 3 else n % ${count} end as text)`
          : `cast(n % ${count} as text)`;
      const state = `case when not ${isOpen} then 'ended' when n % 2 = 0 then 'queued' else 'waiting' end`;
      const due = `case when n % 4 < 2 then ${now - hour} else ${now + hour} end`;
      await fill(knex, 'runs', {
        id: "'run ' || n",
        event_uid: "'event ' || n",
        sensor: among(50),
        revision: '1',
        title: "''",
        owner_ref: "''",
        mode: "'auto'",
        lane: among(10, false),
        blocks_lane: isOpen,
        state,
        step: '0',
        attempt: '0',
        steps: "'[]'",
        topic: `case when ${state} = 'waiting' then 'sync:' || n end`,
        due_at: due,
        version: '1',
        created_at: `${now}`,
      });
      await fill(knex, 'effects', {
        effect_id: "'effect ' || n",
        run_seq: 'n',
        run_id: "'run ' || n",
        step_id: "'write'",
        repository: `'local:' || ${among(20)}`,
        base: "'main'",
        change_key: among(5_000, false),
        state: `case when ${isOpen} then 'pending' when n % 9 = 0 then 'left' else 'member' end`,
        change_id: "'change ' || n",
        input: "'{}'",
        flush_by: `${now}`,
        created_at: `${now}`,
      });
      await fill(knex, 'changes', {
        id: "'change ' || n",
        host: "'local'",
        repository: `'local:' || ${among(20)}`,
        base: "'main'",
        branch: "'gitops-events/' || n",
        sensor: among(50),
        owner_ref: "''",
        mode: "'auto'",
        title: "''",
        body: "''",
        labels: "'[]'",
        approvals_needed: '1',
        state: `case when not ${isOpen} then 'ended' when n % 2 = 0 then 'waiting' else 'proposed' end`,
        revision: '1',
        due_at: due,
        version: '1',
        created_at: `${now}`,
        // The last ones were merged just now.
        merged_at: 'n',
        rests_until: `case when n > ${rows - 3 * open} then ${now + hour} else ${now - hour} end`,
        checking: `n = ${rows}`,
      });
      await fill(knex, 'timers', {
        sensor: among(50),
        kind: "'dedupe'",
        key: "'key ' || n",
        due_at: `case when ${isOpen} then ${now - hour} else ${now + hour} + n end`,
      });
      await knex('effects')
        .where({ effect_id: `effect ${rows}` })
        .update({ state: 'member' });
      // PostgreSQL does by itself; SQLite never does.
      if (isPostgres(knex)) await knex.raw('analyze');
      someRuns = await knex('runs')
        .orderBy('seq', 'desc')
        .limit(50)
        .pluck('id');
    });

    const aStop: Stop = {
      seq: 1,
      id: 'one',
      scope: { kind: 'tenant', name: 'acme' },
      reason: '',
      by: '',
      at: 0,
      version: 1,
    };
    const aRepository: Stop = {
      ...aStop,
      scope: { kind: 'repository', name: 'local:3' },
    };
    const claim = { replica: 'one', limit: 20, claimMs: 60_000 };
    const first = { ...claim, free: 20, running: new Map() };
    type Asked = Record<string, (tx: Knex) => Promise<unknown>>;
    const askedOfAny: Asked = {
      claimRuns: async tx => {
        const { due } = await dueSensors(tx, { after: '', limit: 200 });
        const wanted = due.map(({ sensor }) => ({ sensor, take: 20 }));
        if (wanted.length === 0) throw new Error('Nothing is due');
        await claimRuns(tx, { ...claim, wanted });
      },
      claimSuspect: tx => claimSuspect(tx, claim),
      readPendingBases: tx => readPendingBases(tx, { stops: [], resting: [] }),
      'readPendingBases beside the stop of a repository': tx =>
        readPendingBases(tx, { stops: [aRepository], resting: [] }),
      readPendingEffects: tx =>
        readPendingEffects(tx, { repository: 'local:3', base: 'main' }, 100, {
          stops: [],
          resting: ['3'],
        }),
    };
    const askedOfFew: Asked = {
      claimChanges: tx => claimChanges(tx, claim),
      'readPendingBases beside a stop': tx =>
        readPendingBases(tx, { stops: [aStop], resting: [] }),
      readRestingKeys: async tx => {
        if ((await readRestingKeys(tx)).length === 0) {
          throw new Error('Nothing rests');
        }
      },
      goOnAfter: tx => goOnAfter(tx, aStop),
      insertRuns: tx => insertRuns(tx, [aRun], first),
      wakeRuns: tx => wakeRuns(tx, someRuns, Date.now()),
      wakeTopic: tx => wakeTopic(tx, `sync:${rows - 1}`, Date.now()),
      readDueTimers: tx =>
        readDueTimers(tx, { sensor: '3', until: Date.now(), limit: 100 }),
      sensorsWithDueTimers: tx => sensorsWithDueTimers(tx, Date.now()),
    };

    const asked = { ...askedOfAny, ...(!deep && askedOfFew) };
    it.each(Object.keys(asked))('%s reads few', async name => {
      expect(await readsTooMuch(knex, asked[name], most, deep)).toEqual([]);
    });

    it('a walk of all is told', async () => {
      const walk = (tx: Knex) => tx('runs').where('title', 'nothing');
      expect(await readsTooMuch(knex, walk, most)).toHaveLength(1);
    });
  },
);

/** Columns as SQL over `n`, 1 to {@link rows}. */
async function fill(
  knex: Knex,
  table: string,
  columns: Record<string, string>,
): Promise<void> {
  const numbers = isPostgres(knex)
    ? `generate_series(1, ${rows}) as n`
    : `(with recursive s(n) as (select 1 union all select n + 1 from s where n < ${rows}) select n from s)`;
  await knex.raw(
    `insert into ${table} (${Object.keys(columns).join(', ')})
     select ${Object.values(columns).join(', ')} from ${numbers}`,
  );
}
