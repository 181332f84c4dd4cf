import waitForExpect from 'wait-for-expect';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { before, Door } from '../__testUtils__/door';
import { fire, storeSensor } from '../__testUtils__/fire';
import { makeDue } from '../__testUtils__/makeDue';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git } from '../git/__testUtils__/gitCommand';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(120_000);

const pia = 'user:default/pia';
const ana = 'user:default/ana';
const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'promote', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    steps: [
      {
        id: 'bump',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          key: '${{ event.data.app }}',
          edits: [
            {
              kind: 'yaml',
              file: 'apps/${{ event.data.app }}.yaml',
              set: { tag: '${{ event.data.tag }}' },
            },
          ],
        },
      },
    ],
  },
};
const seed = { 'apps/a.yaml': 'tag: old\n', 'apps/b.yaml': 'tag: old\n' };

describe.each(databaseKinds)(
  'a change that is being looked at, on %s',
  kind => {
    const databases = testDatabases();
    let database: Database;
    let test: TestEngine;
    let door: Door;

    const start = async (wrap: ReturnType<typeof before>) => {
      database = await databases.open(kind);
      await storeSensor(database.knex, sensor);
      test = await startTestEngine(database, { seed, wrap });
    };
    let fired = 0;
    const ask = async (app: string, tag: string, more: object = {}) => {
      fired += 1;
      const what = { id: `${fired}`, sensor, data: { app, tag }, ...more };
      const run = await fire(database.knex, what);
      test.nudges.send('runs');
      return run;
    };
    /** A change that waits for an approval, so old that it is looked at again in five minutes only. */
    const waitsLong = async (branch: { name?: string }) => {
      const run = await ask('a', 'newer', { mode: 'propose' });
      const open = database.knex('changes').where({ state: 'waiting' });
      await waitForExpect(async () => {
        expect(await open.clone().whereNull('claimed_by')).toHaveLength(1);
      }, 30_000);
      const day = 24 * 60 * 60_000;
      await open.clone().update({ created_at: Date.now() - day });
      const [change] = await open.clone();
      branch.name = change.branch;
      return { run, change };
    };
    const lookIsUnderWay = async () => {
      door.shut();
      await makeDue(database.knex);
      test.nudges.send('changes');
      await waitForExpect(async () => expect(door.came).toBe(1), 30_000);
    };
    const revert = async (id: string) => {
      const { digest } = await test.engine.decisions.previewRevert(id);
      return test.engine.decisions.revertRun({
        ...{ id, by: pia, digest, comment: 'It crashes.', choices: {} },
      });
    };

    beforeEach(() => {
      door = new Door();
    });
    afterEach(async () => {
      door.open();
      await test?.stop();
    });

    it('is looked at again at once where a revert came meanwhile', async () => {
      const branch: { name?: string } = {};
      await start(
        before('get', async (_, asked) => {
          if (asked === branch.name) await door.pass();
        }),
      );
      const bad = await ask('a', 'bad');
      await test.reaches(bad, 'applied');
      const { run } = await waitsLong(branch);
      await lookIsUnderWay();
      await revert(bad);
      door.open();
      const { reason } = await test.reaches(run, 'held');
      expect(reason?.code).toBe('reverted');
    });

    it('stays with who looks at it where a person decides meanwhile, and is looked at again at once', async () => {
      const branch: { name?: string } = {};
      await start(
        before('get', async (_, asked) => {
          if (asked === branch.name) await door.pass();
        }),
      );
      const { run, change } = await waitsLong(branch);
      await lookIsUnderWay();
      const { version } = await database
        .knex('changes')
        .where({ id: change.id })
        .first();
      const { diff_hash: diffHash } = await database
        .knex('change_revisions')
        .where({ change_id: change.id })
        .first();
      await test.engine.decisions.approveChange({
        ...{ id: change.id, version: Number(version), diffHash, by: ana },
      });
      // Others are written meanwhile, so it was somebody's turn to take it.
      await test.reaches(await ask('b', 'other'), 'applied');
      expect(door.came).toBe(1);

      const row = await database
        .knex('changes')
        .where({ id: change.id })
        .first();
      const merge = { id: change.id, version: Number(row.version), by: ana };
      await test.engine.decisions.mergeChange(merge);
      await test.reaches(await ask('b', 'another'), 'applied');
      expect(door.came).toBe(1);
      door.open();
      await test.reaches(run, 'applied');
      expect(await git(test.bare, 'show', 'main:apps/a.yaml')).toBe(
        'tag: newer',
      );
    });

    it('is not begun for a run that a revert holds while it is sealed', async () => {
      let sealing = false;
      await start(
        before('read', async () => {
          if (!sealing) return;
          sealing = false;
          await door.pass();
        }),
      );
      const bad = await ask('a', 'bad');
      await test.reaches(bad, 'applied');
      const { digest } = await test.engine.decisions.previewRevert(bad);
      door.shut();
      sealing = true;
      const later = await ask('a', 'later');
      await waitForExpect(async () => expect(door.came).toBe(1), 30_000);
      const reverting = await test.engine.decisions.revertRun({
        ...{ id: bad, by: pia, digest, comment: 'It crashes.', choices: {} },
      });
      door.open();
      expect((await test.reaches(later, 'held')).reason?.code).toBe('reverted');
      await test.reaches(reverting, 'applied');
      expect(await database.knex('changes')).toHaveLength(2);
      expect(await git(test.bare, 'show', 'main:apps/a.yaml')).toBe('tag: old');
    });
  },
);
