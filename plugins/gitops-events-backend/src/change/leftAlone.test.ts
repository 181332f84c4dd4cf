import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import { makeDue } from '../__testUtils__/makeDue';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git } from '../git/__testUtils__/gitCommand';
import type { Database } from '../store/database';
import { readRun } from '../store/readRun';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { readRestWaits } from '../timeline/readRestWaits';
import { promote, seedOf } from './__testUtils__/followedApps';

/* A change whose checks at its host have started is left alone. */
jest.setTimeout(120_000);
waitForExpect.defaults.timeout = 30_000;

const [bump] = promote().spec.steps;
const sensor = promote('promote', { steps: [bump] });
const urgent = promote('hotfix', { steps: [bump], priority: 'high' });
const running = { message: 'Waits for build.', checking: true };
const databases = testDatabases();

describe.each(databaseKinds)('what its host checks, on %s', kind => {
  let database: Database;
  let test: TestEngine;
  let fired: number;
  /** What the host says of the first pull request; undefined: it merges. */
  let rule: { message: string; checking?: boolean } | undefined;

  const wrap = (host: ChangeHost): ChangeHost =>
    new Proxy(host, {
      get(target, key: keyof ChangeHost) {
        if (key === 'blocked') {
          return async ({ number }: { number: number }) =>
            number === 1 ? rule : undefined;
        }
        const value = target[key];
        if (typeof value !== 'function') return value;
        return async (...args: any[]) =>
          key === 'merge' && args[0].number === 1 && rule
            ? { outcome: 'blocked', ...rule }
            : Reflect.apply(value, target, args);
      },
    });

  beforeEach(async () => {
    rule = running;
    fired = 0;
    database = await databases.open(kind);
    for (const one of [sensor, urgent]) await storeSensor(database.knex, one);
    test = await startTestEngine(database, {
      ...{ seed: seedOf('shop', 'cart'), wrap },
    });
  });
  afterEach(() => test.stop());

  it('gets no newer content; that goes into the next one when it is merged', async () => {
    const first = await isBlocked();
    const second = await ask('shop', '2');
    await pends(second);
    const other = await ask('cart', '2');
    await test.reaches(other, 'applied');
    expect(await stateOf(second)).toBe('pending');
    expect(await waitOf(second)).toMatchObject({
      code: 'checking',
      message: expect.stringContaining('checks of pull request #1'),
    });

    rule = undefined;
    await lookNow();
    await test.reaches(first, 'applied');
    await test.reaches(second, 'applied');
    expect(await changes()).toMatchObject([
      { pull_number: 1, revision: 1, end: 'merged' },
      { pull_number: 2, revision: 1, end: 'merged' },
      { pull_number: 3, revision: 1, end: 'merged' },
    ]);
    expect(await shop()).toContain('tag: "2"');
  });

  it('gets it where the checks failed', async () => {
    await isBlocked();
    const second = await ask('shop', '2');
    await pends(second);
    rule = { message: 'build failed.' };
    await lookNow();
    await replaces(second);
  });

  it('gets it where only rules keep it that are no checks', async () => {
    rule = { message: 'Waits for a review.' };
    await isBlocked();
    await replaces(await ask('shop', '2'));
  });

  it('gets it where a person had to approve', async () => {
    await ask('shop', '1', { environment: 'production' });
    await waitForExpect(async () => {
      expect((await changes())[0]?.state).toBe('waiting');
    }, 30_000);
    const [{ id, version }] = await changes();
    const { diff_hash: diffHash } = await database
      .knex('change_revisions')
      .first();
    const by = 'user:default/pia';
    await test.engine.decisions.approveChange({
      ...{ id, version: Number(version), by, diffHash },
    });
    await saysWhy();
    await replaces(await ask('shop', '2', { environment: 'production' }));
  });

  it('gets that of a run of high priority, which would overtake it otherwise', async () => {
    const first = await isBlocked();
    // Base has that value, and shall have it when all is over.
    const second = await ask('shop', '0', { sensor: urgent });
    await test.reaches(first, 'superseded');
    await test.reaches(second, 'alreadySo');
    expect(await changes()).toMatchObject([
      { pull_number: 1, revision: 2, end: 'alreadySo' },
    ]);
    expect(await shop()).toContain('tag: "0"');
  });

  /** The first change waits as the host says. */
  async function isBlocked(): Promise<string> {
    const run = await ask('shop', '1');
    await saysWhy();
    return run;
  }

  function saysWhy(): Promise<unknown> {
    return waitForExpect(async () => {
      const [change] = await changes();
      expect(JSON.parse(change?.reason ?? '{}')).toMatchObject({
        ...{ code: 'blocked', message: rule!.message },
      });
    }, 30_000);
  }

  async function ask(app: string, tag: string, more: object = {}) {
    fired += 1;
    const run = await fire(database.knex, {
      ...{ id: `${fired}`, sensor, data: { app, tag }, ...more },
    });
    test.nudges.send('runs');
    return run;
  }

  async function stateOf(run: string): Promise<string | undefined> {
    const effects = database.knex('effects').where({ run_id: run });
    return (await effects.first())?.state;
  }

  function pends(run: string): Promise<unknown> {
    return waitForExpect(
      async () => expect(await stateOf(run)).toBe('pending'),
      30_000,
    );
  }

  function replaces(run: string): Promise<unknown> {
    return waitForExpect(async () => {
      expect(await stateOf(run)).toBe('member');
      expect(await changes()).toMatchObject([{ pull_number: 1, revision: 2 }]);
    }, 30_000);
  }

  async function waitOf(run: string) {
    const one = await readRun(database.knex, run);
    return (await readRestWaits(database.knex, [one!])).get(run);
  }

  async function lookNow() {
    await makeDue(database.knex);
    test.nudges.send('changes');
  }

  function changes(): Promise<any[]> {
    return database.knex('changes').orderBy('seq');
  }

  function shop(): Promise<string> {
    return git(test.bare, 'show', 'main:apps/shop/values.yaml');
  }
});
