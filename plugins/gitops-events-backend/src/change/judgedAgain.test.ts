import type { Verdict } from '@gitops-events/plugin-gitops-events-common';
import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git, pushByHand } from '../git/__testUtils__/gitCommand';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(60_000);

/** Verdicts belong to the diff: what could tell is not asked twice, what could not is asked again. */

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
          edits: [
            {
              kind: 'yaml',
              file: 'apps/shop.yaml',
              set: { tag: '${{ event.data.tag }}' },
            },
          ],
        },
      },
    ],
  },
};
const rest = 'abcdefghij'
  .split('')
  .map(key => `${key}: 1\n`)
  .join('');
const file = `tag: "1"\n${rest}`;

/** Says what it is told to, and counts how often it was asked. */
class Told implements PolicyCheck {
  asked = 0;
  answer: Verdict['verdict'] | Error = 'pass';
  constructor(readonly name: string) {}
  async check(): Promise<Verdict> {
    this.asked += 1;
    if (this.answer instanceof Error) throw this.answer;
    return { check: this.name, verdict: this.answer, reasons: ['Told so.'] };
  }
}

describe.each(databaseKinds)('verdicts on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let test: TestEngine;
  const [steady, shaky] = [new Told('steady'), new Told('shaky')];

  beforeEach(async () => {
    for (const one of [steady, shaky])
      Object.assign(one, { asked: 0, answer: 'pass' });
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    test = await startTestEngine(database, {
      seed: { 'apps/shop.yaml': file },
      checks: [steady, shaky],
    });
  });
  afterEach(() => test.stop());

  const ask = async (more: object = {}) => {
    const run = await fire(database.knex, {
      id: '1',
      sensor,
      data: { tag: '2' },
      ...more,
    });
    test.nudges.send('runs');
    return run;
  };
  const change = () => database.knex('changes').first();
  const revision = () =>
    database.knex('change_revisions').orderBy('revision', 'desc').first();
  const reachesWaiting = () =>
    waitForExpect(
      async () => expect((await change())?.state).toBe('waiting'),
      10_000,
    );
  /** A look at the change; the check is due only where `judge_at` is. */
  const look = async (dueCheck: boolean) => {
    if (dueCheck)
      await database.knex('change_revisions').update({ judge_at: 1 });
    await database.knex('changes').update({ due_at: 0 });
    test.nudges.send('changes');
    await waitForExpect(async () => {
      const { due_at: due, claimed_by: claimed } = await change();
      expect([Number(due) > 0, claimed]).toEqual([true, null]);
    }, 10_000);
  };
  const judgedLines = async (): Promise<Verdict[][]> =>
    (
      await database
        .knex('timeline')
        .where({ kind: 'policyJudged' })
        .orderBy('seq')
    ).map(({ data }) => JSON.parse(data).verdicts);

  it('asks what could not tell again after growing pauses, and nobody else', async () => {
    shaky.answer = new Error('no route to it');
    const run = await ask();
    await reachesWaiting();
    expect((await change()).reason).toContain(
      'shaky: It failed: no route to it',
    );
    expect((await change()).reason).toContain('asked again by itself');
    expect([steady.asked, shaky.asked]).toEqual([1, 1]);

    await look(false);
    expect(shaky.asked).toBe(1);
    const pauses: number[] = [];
    for (let times = 2; times <= 12; times += 1) {
      await look(true);
      expect([steady.asked, shaky.asked]).toEqual([1, times]);
      const { unjudged, judge_at: at } = await revision();
      expect(unjudged).toBe(times);
      pauses.push(Number(at) - Date.now());
    }
    expect(pauses[0]).toBeLessThanOrEqual(10_000);
    expect(Math.max(...pauses)).toBeGreaterThan(200_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(600_000);
    // One line says it, however often it is so.
    expect(await judgedLines()).toHaveLength(1);
    expect(await database.knex('change_revisions')).toHaveLength(1);

    shaky.answer = 'pass';
    await database.knex('change_revisions').update({ judge_at: 1 });
    await database.knex('changes').update({ due_at: 0 });
    test.nudges.send('changes');
    await test.reaches(run, 'applied');
    expect(steady.asked).toBe(1);
    const lines = await judgedLines();
    expect(lines).toHaveLength(2);
    expect(lines[1].map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
  });

  it('holds the run, and writes nothing to base, when what could not tell denies', async () => {
    shaky.answer = 'cannot';
    const run = await ask();
    await reachesWaiting();
    const before = await git(test.bare, 'rev-parse', 'main');
    shaky.answer = 'deny';
    await database.knex('change_revisions').update({ judge_at: 1 });
    await database.knex('changes').update({ due_at: 0 });
    test.nudges.send('changes');
    const held = await test.reaches(run, 'held');
    expect(held.reason).toMatchObject({
      code: 'policyDenied',
      message: expect.stringContaining('shaky: Told so.'),
    });
    expect(await git(test.bare, 'rev-parse', 'main')).toBe(before);
  });

  it('keeps verdicts for the same diff on a newer base, and asks again for another', async () => {
    const run = await ask({ environment: 'production' });
    await reachesWaiting();
    expect(steady.asked).toBe(1);
    const push = (text: string) =>
      pushByHand(test.bare, 'main', [
        { path: 'apps/shop.yaml', mode: '100644', content: Buffer.from(text) },
      ]);
    const approve = async () => {
      const { id, version } = await change();
      await test.engine.decisions.approveChange({
        id,
        version: Number(version),
        by: 'user:default/pia',
        diffHash: (await revision()).diff_hash,
      });
    };
    // Next to the edit: what is around the changed line is part of the diff.
    await push(file.replace('a: 1', 'a: 2'));
    await approve();
    await waitForExpect(async () => {
      expect(await database.knex('change_revisions')).toHaveLength(2);
      expect((await change()).state).toBe('waiting');
    }, 10_000);
    expect(steady.asked).toBe(2);

    // Far from it: the same diff.
    await push(file.replace('a: 1', 'a: 2').replace('j: 1', 'j: 2'));
    await approve();
    await test.reaches(run, 'applied');
    expect(await database.knex('change_revisions')).toHaveLength(3);
    expect(steady.asked).toBe(2);
    expect(await git(test.bare, 'show', 'main:apps/shop.yaml')).toContain(
      'j: 2',
    );
  });
});
