import type { Verdict } from '@gitops-events/plugin-gitops-events-common';
import waitForExpect from 'wait-for-expect';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { fire, storeSensor } from '../__testUtils__/fire';
import { makeDue } from '../__testUtils__/makeDue';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git } from '../git/__testUtils__/gitCommand';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(120_000);

/** What is added to a list always counts, so both of two runs are in the change, though the second one changes nothing. */
const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'list', owner: 'group:default/platform' },
  spec: {
    mode: 'propose',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    steps: [
      {
        id: 'add',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          merge: { approvals: 0 },
          edits: [
            { kind: 'yaml', file: 'apps/a.yaml', set: { 'hosts[+]': 'b' } },
          ],
        },
      },
    ],
  },
};

describe.each(databaseKinds)(
  'a pull request that a run leaves, on %s',
  kind => {
    const databases = testDatabases();
    let database: Database;
    let test: TestEngine;

    afterEach(async () => {
      await test?.stop();
    });

    it('tells of those who are left, where its content is the same', async () => {
      let says = (_: string): Verdict['verdict'] => 'cannot';
      database = await databases.open(kind);
      const { knex } = database;
      await storeSensor(knex, sensor);
      test = await startTestEngine(database, {
        seed: { 'apps/a.yaml': 'hosts:\n  - a\n' },
        checks: [
          {
            name: 'who',
            check: async ({ event }) => ({
              check: 'who',
              verdict: says(event.id),
              reasons: ['Told so.'],
            }),
          },
        ],
      });
      const ask = async (id: string) => {
        const run = await fire(knex, { id, sensor, mode: 'propose' });
        test.nudges.send('runs');
        return run;
      };
      const atHost = async () => {
        const { repository, branch } = await knex('changes').first();
        return test.host.get(repository, branch);
      };
      const titled = (title: string) =>
        waitForExpect(async () => {
          expect((await atHost())?.title).toBe(title);
        }, 30_000);
      const first = await ask('1');
      await titled('Run 1');
      const second = await ask('2');
      await titled('2 changes by list');

      says = id => (id === '1' ? 'deny' : 'pass');
      await knex('change_revisions').update({ judge_at: 0 });
      await makeDue(knex);
      test.nudges.send('changes');
      const { reason } = await test.reaches(first, 'held');
      expect(reason?.code).toBe('policyDenied');
      await titled('Run 2');
      const change = await knex('changes').first();
      expect(change).toMatchObject({ revision: 2, title: 'Run 2' });
      expect(change.body).not.toContain('Run 1');

      await waitForExpect(async () => {
        const { id, version } = await knex('changes').first();
        const by = 'user:default/ana';
        const merge = { id, version: Number(version), by };
        await test.engine.decisions.mergeChange(merge);
      }, 30_000);
      await test.reaches(second, 'applied');
      expect(await git(test.bare, 'log', '-1', '--format=%s', 'main')).toBe(
        'Run 2',
      );
    });
  },
);
