import fc from 'fast-check';
import type { Knex } from 'knex';
import { claimDue } from '../pipeline/claimDue';
import { readsTooMuch } from './__testUtils__/rowsRead';
import { claimRuns } from './claimRuns';
import { completeRuns } from './completeRuns';
import type { Database } from './database';
import { lanesBehind } from './lanesBehind';
import { letNextGo } from './letNextGo';
import { parkRuns, wakeNext, wakeParked } from './parkRuns';
import { readRun } from './readRun';
import type { Run } from './runRow';
import { standBehind } from './standBehind';
import { databaseKinds, testDatabases } from './testDatabases';

jest.setTimeout(180_000);

const databases = testDatabases();
const past = 1_000;
const later = Date.now() + 3_600_000;
const topic = 'slot a ';

const aRun = {
  ...{ event_uid: 'event', sensor: 'a', revision: 1, title: '', owner_ref: '' },
  ...{ mode: 'auto', step: 0, attempt: 0, steps: '[]', version: 1 },
  ...{ state: 'queued', lane: 'one', blocks_lane: true, gated: true },
  ...{ due_at: past, created_at: past, scope: '{}' },
};

let count = 0;
const add = async (knex: Knex, size: number, more: object = {}) => {
  const rows = Array.from({ length: size }, () => {
    count += 1;
    return { ...aRun, id: `run ${count}`, ...more };
  });
  await knex.batchInsert('runs', rows, 500);
  return rows.map(({ id }) => id);
};
const leave = (knex: Knex, run: Run) =>
  knex.transaction(tx =>
    completeRuns(tx, [
      { run: { ...run, state: 'ended', end: 'done' }, leavesLane: true },
    ]),
  );
const claim = (knex: Knex, take = 20, lookAt?: number) =>
  claimRuns(knex, {
    replica: 'one',
    claimMs: 60_000,
    wanted: [{ sensor: 'a', take }],
    lookAt,
  });
const offer = () => ({
  replica: 'one',
  claimMs: 60_000,
  free: 20,
  running: new Map(),
  deadline: 0,
});

describe.each(databaseKinds)('a long lane on %s', kind => {
  let knex: Knex;

  describe('of 20,000 runs that stand behind one', () => {
    let head: Run;
    beforeAll(async () => {
      ({ knex } = await databases.open(kind));
      await add(knex, 1);
      [head] = await claim(knex);
      await add(knex, 20_000);
      await add(knex, 3, { lane: 'two' });
      await add(knex, 1, { sensor: 'b', lane: 'three' });
      await knex.raw('analyze');
    });

    /** What a turn of the run loop asks. */
    const turn = async (tx: Knex) => {
      const { blocked } = await claimDue(tx, { offer, after: '' });
      await standBehind(tx, blocked);
    };

    // In this order: each goes on from what the one before left.
    it('costs a turn a few rows', async () => {
      expect(await readsTooMuch(knex, turn, 5_000)).toEqual([]);
    });

    it('is seen past after as many turns as it is long, each short', async () => {
      const claimed: string[] = [];
      let turns = 0;
      for (let marked = -1; marked !== 0; turns++) {
        const { runs, blocked } = await claimDue(knex, { offer, after: '' });
        claimed.push(...runs.map(({ sensor, lane }) => `${sensor} ${lane}`));
        marked = await standBehind(knex, blocked);
        if (runs.length > 0) marked = -1;
      }
      expect(turns).toBeLessThan(50);
      expect(claimed.sort()).toEqual(['a two', 'b three']);
    });

    it('costs nothing from then on', async () => {
      expect(await readsTooMuch(knex, turn, 1_500)).toEqual([]);
    });

    it('costs who looks after lanes a few rows as well', async () => {
      const look = async (tx: Knex) => {
        await letNextGo(tx, await lanesBehind(tx, { after: '', limit: 200 }));
      };
      expect(await readsTooMuch(knex, look, 500)).toEqual([]);
    });

    it('goes on with the next one when the first has left', async () => {
      const end = async (tx: Knex) => {
        await completeRuns(tx, [
          { run: { ...head, state: 'ended', end: 'done' }, leavesLane: true },
        ]);
      };
      expect(await readsTooMuch(knex, end, 500)).toEqual([]);
      await leave(knex, head);
      const [next, ...others] = await claim(knex);
      expect(others).toEqual([]);
      expect(next.seq).toBe(head.seq + 1);
      head = next;
    });

    it('waits as a whole for what its first one waits for, and is asked once', async () => {
      const reason = { code: 'concurrency', message: 'Waits.' };
      const park = (tx: Knex) =>
        parkRuns(tx, [
          { run: head, topic, dueAt: later, reason, shares: 'concurrencyKey' },
        ]);
      await knex.transaction(park);
      const [{ size }] = await knex('runs')
        .where({ topic })
        .count({ size: '*' });
      expect(Number(size)).toBe(20_000);
      await knex('runs').where({ id: head.id }).update({ topic: null });
      head = (await readRun(knex, head.id))!;
      await knex.raw('vacuum');
      expect(await readsTooMuch(knex, park, 500)).toEqual([]);
    });

    it('lets who wakes the next look at one', async () => {
      // The first one neither waits nor ends: all others stand behind it.
      const wake = async (tx: Knex) => {
        expect(await wakeNext(tx, topic)).toBe(false);
      };
      expect(await readsTooMuch(knex, wake, 500)).toEqual([]);
      await leave(knex, head);
      expect(await knex.transaction(tx => wakeNext(tx, topic))).toBe(true);
      expect((await claim(knex)).map(({ seq }) => seq)).toEqual([head.seq + 1]);
    });
  });

  it('goes on where two left it at the same moment', async () => {
    ({ knex } = await databases.open(kind));
    const [, second] = await add(knex, 2);
    const [third] = await add(knex, 1);
    const [head] = await claim(knex);
    expect(await standBehind(knex, ['a'], 2)).toBe(2);
    // As each sees it while the other has not committed.
    await knex('runs')
      .whereIn('id', [head.id, second])
      .update({ state: 'ended', blocks_lane: false });
    expect(await claim(knex)).toEqual([]);
    const lanes = await lanesBehind(knex, { after: '', limit: 10 });
    expect(lanes).toEqual(['one']);
    expect(await letNextGo(knex, lanes)).toBe(1);
    expect((await claim(knex)).map(({ id }) => id)).toEqual([third]);
  });

  it('is not held up by marks that are made while its first one leaves', async () => {
    const database: Database = await databases.open(kind);
    ({ knex } = database);
    const other = kind === 'sqlite' ? knex : databases.again(database);
    await add(knex, 60);
    const left: number[] = [];
    while (left.length < 60) {
      const [head, ...more] = await claim(knex);
      expect(more).toEqual([]);
      expect(head.seq).toBe(left.length + 1);
      await Promise.all([leave(knex, head), standBehind(other, ['a'], 1)]);
      left.push(head.seq);
    }
  });

  const moves = fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          move: fc.constant('add' as const),
          lane: fc.constantFrom('one', 'two', 'three', undefined),
          size: fc.integer({ min: 1, max: 4 }),
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          move: fc.constantFrom(
            'turn' as const,
            'leave' as const,
            'park' as const,
            'wake' as const,
            'wakeNext' as const,
            'cancel' as const,
            'retry' as const,
          ),
          n: fc.nat(20),
        }),
      },
    ),
    { maxLength: 40 },
  );

  it('is taken in its order, and never forgotten, whatever happens to its runs', async () => {
    ({ knex } = await databases.open(kind));
    await fc.assert(
      fc.asyncProperty(moves, async steps => {
        await knex('runs').delete();
        /** The model: each lane is a list; only its first one may be under way. */
        const lanes = new Map<string, string[]>();
        const under = new Map<string, Run>();
        const goes = (id: string) => {
          for (const [lane, ids] of lanes) {
            lanes.set(
              lane,
              ids.filter(each => each !== id),
            );
          }
          under.delete(id);
        };
        const turn = async () => {
          const { runs, blocked } = await claimDue(knex, {
            ...{ offer, after: '', lookAt: 3 },
          });
          for (const run of runs) {
            const [first = run.id] = lanes.get(run.lane ?? '') ?? [];
            expect(first).toBe(run.id);
            under.set(run.id, run);
          }
          return (await standBehind(knex, blocked, 3)) + runs.length;
        };
        const pick = (n: number) => [...under.values()][n % under.size];
        for (const step of steps) {
          if (step.move === 'add') {
            const { lane, size } = step;
            const blocks = { lane, blocks_lane: lane !== undefined };
            const ids = await add(knex, size, blocks);
            if (lane) lanes.set(lane, [...(lanes.get(lane) ?? []), ...ids]);
          } else if (step.move === 'turn') await turn();
          else if (step.move === 'wake') {
            await knex.transaction(tx => wakeParked(tx, topic, 3));
          } else if (step.move === 'wakeNext') {
            await knex.transaction(tx => wakeNext(tx, topic));
          } else if (step.move === 'cancel') {
            const waiting = await knex('runs')
              .where({ state: 'queued' })
              .orderBy('seq')
              .pluck('id');
            if (waiting.length === 0) continue;
            const id = waiting[step.n % waiting.length];
            await leave(knex, (await readRun(knex, id))!);
            goes(id);
          } else if (under.size > 0) {
            const run = pick(step.n);
            under.delete(run.id);
            if (step.move === 'leave') {
              await leave(knex, run);
              goes(run.id);
            } else if (step.move === 'retry') {
              await completeRuns(knex, [
                {
                  run: { ...run, state: 'queued', dueAt: past },
                  leavesLane: false,
                },
              ]);
            } else {
              const reason = { code: 'busy', message: 'Busy.' };
              await knex.transaction(tx =>
                parkRuns(tx, [{ run, topic, dueAt: later, reason }]),
              );
            }
          }
        }
        // Whatever was left undone: now all of it ends, and nothing needs a repair.
        for (let idle = 0; idle < 2;) {
          await knex.transaction(tx => wakeParked(tx, topic, 100));
          const moved = await turn();
          for (const run of [...under.values()]) {
            await leave(knex, run);
            goes(run.id);
          }
          idle = moved === 0 ? idle + 1 : 0;
        }
        expect(await knex('runs').whereNot({ state: 'ended' })).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});
