import { makeDue } from '../__testUtils__/makeDue';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { NotFoundError } from '@backstage/errors';
import type {
  ChangeHost,
  HostLimit,
} from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import {
  startTestEngine,
  testConfig,
  type TestEngine,
} from '../__testUtils__/testEngine';
import { git } from '../git/__testUtils__/gitCommand';
import type { Database } from '../store/database';
import { roomFor, takeUnits } from '../store/takeUnits';
import { databaseKinds, testDatabases } from '../store/testDatabases';

/* What may merge by our rules, while the host does not let it yet. */
jest.setTimeout(120_000);

const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'bump', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    steps: [
      {
        id: 'bump',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          edits: [
            { kind: 'yaml', file: 'apps/shop.yaml', set: { tag: '2.0.0' } },
          ],
        },
      },
    ],
  },
};
const limit: HostLimit = {
  ...{ key: 'test', title: '30 writes an hour', max: 30, perMs: 3_600_000 },
  units: { commit: 4, propose: 3, merge: 2, close: 2 },
};
const databases = testDatabases();

describe.each(databaseKinds)('a host that does not merge yet, on %s', kind => {
  let database: Database;
  let test: TestEngine;
  let run: string;
  const boundaries = structuredClone(testConfig.boundaries);
  /** What its rules say; undefined: it merges. */
  let rule: string | undefined;
  let conflict: boolean;
  let headFails: Error | undefined;
  let asked: { merge: number; blocked: number };

  const wrap = (host: ChangeHost): ChangeHost =>
    new Proxy(host, {
      get(target, key: keyof ChangeHost) {
        if (key === 'limits') return () => [limit];
        if (key === 'blocked') {
          return async () => {
            asked.blocked += 1;
            return rule === undefined ? undefined : { message: rule };
          };
        }
        const value = target[key];
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (key === 'head' && asked.merge > 0 && headFails) throw headFails;
          if (key !== 'merge') return Reflect.apply(value, target, args);
          asked.merge += 1;
          if (conflict) {
            const baseHead = await target.head('local:deployments', 'main');
            return { outcome: 'conflict', baseHead };
          }
          return rule === undefined
            ? Reflect.apply(value, target, args)
            : { outcome: 'blocked', message: rule };
        };
      },
    });

  beforeEach(async () => {
    rule = 'Waits for a review.';
    conflict = false;
    headFails = undefined;
    asked = { merge: 0, blocked: 0 };
    boundaries[0].merge = true;
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    test = await startTestEngine(database, {
      seed: { 'apps/shop.yaml': 'tag: "1.0.0"\n' },
      ...{ wrap, boundaries },
    });
  });
  afterEach(() => test.stop());

  const waits = () =>
    waitForExpect(async () => {
      expect(await change()).toMatchObject({ state: 'waiting' });
    }, 20_000);

  describe('by its rules', () => {
    beforeEach(async () => {
      await ask();
      await waits();
    });

    it('a person merges it there: applied, merged by them', async () => {
      const { branch } = await change();
      await git(test.bare, 'update-ref', 'refs/heads/main', branch);
      rule = undefined;
      await lookNow();
      await test.reaches(run, 'applied');
      expect(await timeline('merged')).toEqual([
        expect.objectContaining({
          rule: 'merged by hand',
          by: 'somebody who pushed to main',
        }),
      ]);
    });

    it('a person closes it there: discarded', async () => {
      const { branch } = await change();
      await git(test.bare, 'branch', '-D', branch);
      await lookNow();
      await test.reaches(run, 'discarded');
    });

    it('looking takes nothing of the limits, and it merges once it may', async () => {
      const looks = asked.blocked + 12;
      const looksAgain = async (before: number) => {
        await lookNow();
        await waitForExpect(
          () => expect(asked.blocked).toBeGreaterThan(before),
          20_000,
        );
      };
      while (asked.blocked < looks) await looksAgain(asked.blocked);
      expect(asked.merge).toBe(1);
      // Of the 30, its commit, pull request and one merge took 9.
      const room = await roomFor(database.knex, [{ limit, units: 21 }]);
      expect(room.none).toBeUndefined();
      rule = undefined;
      await lookNow();
      await test.reaches(run, 'applied');
      expect(asked.merge).toBe(2);
    });

    it('waiting for a limit is told once, and is no news for who looks at it', async () => {
      expect(
        await takeUnits(database.knex, [{ limit, units: 21 }]),
      ).toBeUndefined();
      rule = undefined;
      await lookNow();
      await waitForExpect(async () => {
        expect(await timeline('waitingForLimit')).toHaveLength(1);
      }, 20_000);
      const { version } = await change();
      for (let look = 0; look < 3; look++) {
        await lookNow();
        await waitForExpect(async () => {
          const { due_at: due, claimed_by: by } = await change();
          expect([Number(due) > 0, by]).toEqual([true, null]);
        }, 20_000);
      }
      expect(await timeline('waitingForLimit')).toHaveLength(1);
      expect((await change()).version).toBe(version);
    });

    it('does not merge itself once the owner may not let it', async () => {
      boundaries[0].merge = false;
      rule = undefined;
      await lookNow();
      await waitForExpect(async () => {
        const { reason } = await change();
        expect(JSON.parse(reason)).toMatchObject({ code: 'approval' });
      }, 20_000);
      expect(asked.merge).toBe(1);
    });
  });

  it('a conflict that is none is told once, and tried ever seldomer', async () => {
    rule = undefined;
    conflict = true;
    await ask();
    const conflicts = async () => Number((await change())?.conflicts ?? 0);
    while ((await conflicts()) < 8) {
      const before = await conflicts();
      await waitForExpect(
        async () => expect(await conflicts()).toBeGreaterThan(before),
        20_000,
      );
      if ((await conflicts()) < 8) await lookNow();
    }
    const { due_at: due, state } = await change();
    expect(state).toBe('waiting');
    expect(Number(due) - Date.now()).toBeGreaterThan(30_000);
    expect(await timeline('conflict')).toHaveLength(1);
    expect(await database.knex('change_revisions')).toHaveLength(1);

    conflict = false;
    await lookNow();
    await test.reaches(run, 'applied');
  });

  it('that cannot be rendered again is tried later, as a call that failed', async () => {
    rule = undefined;
    conflict = true;
    headFails = new Error('The host is busy.');
    await ask();
    await waitForExpect(async () => {
      expect(Number((await change())?.attempt)).toBeGreaterThan(0);
    }, 20_000);
    const [retry] = await timeline('retry');
    expect(retry.reason).toEqual({
      code: 'error',
      message: 'The host is busy.',
    });
    expect(await timeline('conflict')).toEqual([]);
    headFails = undefined;
    conflict = false;
    await lookNow();
    await test.reaches(run, 'applied');
  });

  it('that has no such repository any more is for a person', async () => {
    rule = undefined;
    conflict = true;
    headFails = new NotFoundError('There is no such repository.');
    await ask();
    const { reason } = await test.reaches(run, 'held');
    expect(reason?.message).toBe('There is no such repository.');
    // It is theirs to look at, and stays open.
    const file = path.join(test.bare, 'gitops-events/pulls/1.json');
    expect(JSON.parse(await readFile(file, 'utf8')).state).toBe('open');
  });

  async function ask() {
    run = await fire(database.knex, { id: 'one', sensor });
    test.nudges.send('runs');
  }

  function change() {
    return database.knex('changes').first();
  }

  async function lookNow() {
    await makeDue(database.knex);
    test.nudges.send('changes');
  }

  async function timeline(what: string): Promise<any[]> {
    const rows = await database.knex('timeline').where({ kind: what });
    return rows.map(({ data }) => JSON.parse(data));
  }
});
