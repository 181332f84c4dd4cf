import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Verdict } from '@gitops-events/plugin-gitops-events-common';
import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import { makeDue } from '../__testUtils__/makeDue';
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
  guards?: 'commit' = undefined;
  version?: string = undefined;
  constructor(readonly name: string) {}
  async check(): Promise<Verdict> {
    this.asked += 1;
    if (this.answer instanceof Error) throw this.answer;
    return { check: this.name, verdict: this.answer, reasons: ['Told so.'] };
  }
}

/** Of one change key, in two places of the file; only the other one says when it merges. */
const parts = (['a', 'b'] as const).map((part): SensorInput => ({
  ...sensor,
  metadata: { ...sensor.metadata, name: `part-${part}` },
  spec: {
    ...sensor.spec,
    steps: [
      {
        id: 'part',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          key: 'parts',
          edits: [{ kind: 'yaml', file: 'apps/shop.yaml', set: { [part]: 2 } }],
          merge: part === 'b' ? { when: 'false', approvals: 2 } : undefined,
        },
      },
    ],
  },
}));

describe.each(databaseKinds)('verdicts on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let test: TestEngine;
  const [steady, shaky] = [new Told('steady'), new Told('shaky')];

  beforeEach(async () => {
    for (const one of [steady, shaky])
      Object.assign(one, {
        asked: 0,
        answer: 'pass',
        guards: undefined,
        version: undefined,
      });
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
  const lookNow = async (judgeAt: number) => {
    await database.knex('change_revisions').update({ judge_at: judgeAt });
    await makeDue(database.knex);
    test.nudges.send('changes');
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
    const { reason } = await change();
    expect(reason).toContain('shaky: It failed: no route to it');
    expect(reason).toContain('asked again by itself');

    // The engine asks by itself too, so nothing is said of how often by now.
    const timesTold = async () => Number((await revision()).unjudged);
    while ((await timesTold()) < 10) {
      const before = await timesTold();
      await lookNow(1);
      await waitForExpect(
        async () => expect(await timesTold()).toBeGreaterThan(before),
        10_000,
      );
    }
    const pause = Number((await revision()).judge_at) - Date.now();
    expect(pause).toBeGreaterThan(200_000);
    expect(pause).toBeLessThanOrEqual(600_000);
    expect(steady.asked).toBe(1);
    expect(shaky.asked).toBe(await timesTold());
    // One line says it, however often it is so.
    expect(await judgedLines()).toHaveLength(1);
    expect(await database.knex('change_revisions')).toHaveLength(1);

    const asked = shaky.asked;
    await lookNow(Date.now() + 3_600_000);
    await waitForExpect(async () => {
      const { due_at: due, claimed_by: claimed } = await change();
      expect([Number(due) > 0, claimed]).toEqual([true, null]);
    }, 10_000);
    expect(shaky.asked).toBe(asked);

    shaky.answer = 'pass';
    await lookNow(1);
    await test.reaches(run, 'applied');
    expect(steady.asked).toBe(1);
    const lines = await judgedLines();
    expect(lines).toHaveLength(2);
    expect(lines[1].map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
  });

  const allWait = (count: number) =>
    waitForExpect(async () => {
      expect((await change())?.state).toBe('waiting');
      const members = await database.knex('effects').pluck('state');
      expect(members).toEqual(Array(count).fill('member'));
    }, 30_000);

  it('asks for every run of a change again, not for the first alone', async () => {
    shaky.answer = 'cannot';
    for (const [at, part] of parts.entries()) {
      await storeSensor(database.knex, part);
      await ask({ id: part.metadata.name, sensor: part });
      await allWait(at + 1);
    }
    expect(await database.knex('changes')).toHaveLength(1);
    shaky.answer = 'pass';
    await lookNow(1);
    await waitForExpect(async () => {
      expect(JSON.parse((await change()).reason).message).toBe(
        'Waits for 2 approvals.',
      );
    }, 30_000);
  });

  it('holds the run, and writes nothing to base, when what could not tell denies', async () => {
    shaky.answer = 'cannot';
    const run = await ask();
    await reachesWaiting();
    const before = await git(test.bare, 'rev-parse', 'main');
    shaky.answer = 'deny';
    await lookNow(1);
    const held = await test.reaches(run, 'held');
    expect(held.reason).toMatchObject({
      code: 'policyDenied',
      message: expect.stringContaining('shaky: Told so.'),
    });
    expect(await git(test.bare, 'rev-parse', 'main')).toBe(before);

    // Nobody watches its pull request any more, so nobody merges it by mistake.
    await waitForExpect(async () => {
      expect(await change()).toMatchObject({ state: 'ended', end: 'failed' });
    }, 10_000);
    const pull = path.join(test.bare, 'gitops-events/pulls/1.json');
    expect(JSON.parse(await readFile(pull, 'utf8'))).toMatchObject({
      state: 'closed',
      closeReason: expect.stringContaining('shaky: Told so.'),
    });

    shaky.answer = 'pass';
    await test.engine.decisions.releaseRun({
      ...{ id: run, version: held.version, by: 'user:default/pia' },
      confirmOlder: false,
    });
    await test.reaches(run, 'applied');
  });

  it('judges anew before merging, where the check judges by something else by now', async () => {
    const run = await ask({ environment: 'production' });
    await reachesWaiting();
    expect(steady.asked).toBe(1);
    const before = await git(test.bare, 'rev-parse', 'main');
    Object.assign(steady, { version: '2', answer: 'deny' });
    const { id, version } = await change();
    await test.engine.decisions.approveChange({
      ...{ id, version: Number(version), by: 'user:default/pia' },
      diffHash: (await revision()).diff_hash,
    });
    const held = await test.reaches(run, 'held');
    expect(held.reason?.code).toBe('policyDenied');
    expect(steady.asked).toBeGreaterThan(1);
    expect(await git(test.bare, 'rev-parse', 'main')).toBe(before);
  });

  it('writes nothing at all before what guards the commit has answered', async () => {
    shaky.guards = 'commit';
    shaky.answer = new Error('out of order');
    const before = await git(test.bare, 'for-each-ref');
    const run = await ask();
    const held = await test.reaches(run, 'held');
    expect(held.reason).toMatchObject({
      code: 'policyUnanswered',
      message: expect.stringMatching(/shaky: It failed: out of order.*Release/),
    });
    expect(await git(test.bare, 'for-each-ref')).toBe(before);
    expect(await database.knex('change_revisions')).toEqual([]);

    shaky.answer = 'pass';
    await test.engine.decisions.releaseRun({
      id: run,
      version: held.version,
      by: 'user:default/pia',
      confirmOlder: false,
    });
    await test.reaches(run, 'applied');
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
