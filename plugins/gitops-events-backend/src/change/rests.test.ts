import { rm } from 'node:fs/promises';
import path from 'node:path';
import waitForExpect from 'wait-for-expect';
import { before, Door } from '../__testUtils__/door';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git, temporaryFolder } from '../git/__testUtils__/gitCommand';
import type { Database } from '../store/database';
import { readRun } from '../store/readRun';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { readRestWaits } from '../timeline/readRestWaits';
import { FollowedApps, promote, seedOf } from './__testUtils__/followedApps';

/* A newer run waits while what its change key wrote before is being applied. */
jest.setTimeout(120_000);
waitForExpect.defaults.timeout = 30_000;

const sensor = promote();
const urgent = promote('hotfix', { priority: 'high' });
const unhurried = promote('lists', {
  steps: JSON.parse(
    JSON.stringify(sensor.spec.steps).replace('"tag":', '"tags[+]":'),
  ),
});
const [bump, sync] = sensor.spec.steps;
const note = JSON.parse(JSON.stringify(bump).replace('"tag":', '"note":'));
const twice = promote('twice', {
  steps: [bump, { ...note, id: 'note' }, sync],
});
const databases = testDatabases();

describe.each(databaseKinds)('a change key that is syncing, on %s', kind => {
  let database: Database;
  let folder: string;
  let tests: TestEngine[];
  let tracker: FollowedApps;
  let fired: number;
  let others: number;
  const merging = new Door();

  beforeEach(async () => {
    database = await databases.open(kind);
    folder = await temporaryFolder();
    tests = [];
    [fired, others] = [0, 0];
    tracker = new FollowedApps(['shop', 'cart']);
    for (const one of [sensor, urgent, unhurried, twice]) {
      await storeSensor(database.knex, one);
    }
    const options = {
      ...{ folder, trackers: [tracker] },
      wrap: before('merge', () => merging.pass()),
    };
    tests.push(
      await startTestEngine(database, {
        ...options,
        seed: seedOf('shop', 'cart'),
      }),
    );
    if (kind === 'postgres') {
      const again = { ...database, knex: databases.again(database) };
      tests.push(await startTestEngine(again, options));
    }
  });
  afterEach(async () => {
    merging.open();
    await Promise.all(tests.map(test => test.stop()));
    await rm(folder, { recursive: true });
  });

  it('lets newer runs wait for that, tells them so, and folds them when it is over', async () => {
    const first = await isSyncing();
    const [second, third] = [await ask('shop', '2'), await ask('shop', '3')];
    await areLeft(second, third);
    expect(await waitOf(third)).toEqual({
      code: 'syncing',
      message: expect.stringMatching(
        /^Waits until shop applied the change before it, .+ at most\.$/,
      ),
      detail: { change: expect.any(String), until: expect.any(Number) },
    });

    tracker.says.clear();
    await tests[0].reaches(first, 'applied');
    await tests[0].reaches(second, 'superseded');
    await tests[0].reaches(third, 'applied');
    expect(await tag()).toBe('3');
    expect(await commits()).toEqual(['Run 1', 'Run 4', 'Run 3']);
    expect(await waitOf(third)).toBeUndefined();
  });

  it('lets them wait from the merge on, before anybody has asked for the sync', async () => {
    merging.shut();
    tracker.progresses('shop');
    await ask('shop', '1');
    await waitForExpect(() => expect(merging.came).toBe(1));
    const second = await ask('shop', '2');
    const other = await ask('cart', '2');
    await arePending(second, other);
    merging.open();
    await hasJoined(other);
    await areLeft(second);
  });

  it('lets a run not wait for itself that writes it twice', async () => {
    const run = await ask('shop', '1', { sensor: twice });
    // In less than the minute for which the key would rest.
    await tests[0].reaches(run, 'applied');
    expect(await shop()).toBe('tag: "1"\nnote: "1"');
  });

  it('lets them go on at the deadline, whoever is there then', async () => {
    await isSyncing();
    const second = await ask('shop', '2');
    await areLeft(second);
    await database.knex('changes').update({ rests_until: 1 });
    await hasJoined(second);
    await saysTag('2');
  });

  it.each([
    ['is degraded', { health: 'degraded' }],
    ['failed', { sync: 'failed' }],
  ] as const)('keeps nobody once it %s', async (_, seen) => {
    await isSyncing();
    const second = await ask('shop', '2');
    await areLeft(second);
    tracker.says.set('shop', seen);
    await hasJoined(second);
    await saysTag('2');
    // Nor anybody who comes later.
    tracker.says.set('shop', { ...seen });
    await hasJoined(await ask('shop', '3'));
  });

  it('keeps no run of high priority, nor those before it', async () => {
    await isSyncing();
    const second = await ask('shop', '2', { sensor: unhurried });
    await areLeft(second);
    const third = await ask('shop', '3', { sensor: urgent });
    await hasJoined(second);
    await hasJoined(third);
    await saysTag('3');
    expect(await shop()).toContain('tags:\n  - "2"');
  });

  it('keeps no revert', async () => {
    const first = await isSyncing();
    await areLeft(await ask('shop', '2'));
    const { previewRevert, revertRun } = tests[0].engine.decisions;
    const { digest } = await previewRevert(first);
    const by = 'user:default/pia';
    const comment = 'It crashes.';
    const revert = await revertRun({
      ...{ id: first, by, comment, digest, choices: {} },
    });
    await hasJoined(revert);
    await saysTag('0');
  });

  /** The shop has its first tag, which is being applied. */
  async function isSyncing(): Promise<string> {
    tracker.progresses('shop');
    const run = await ask('shop', '1');
    await waitForExpect(async () => {
      const syncs = await database.knex('change_syncs').pluck('state');
      expect(syncs).toEqual(['syncing']);
    }, 30_000);
    return run;
  }

  async function ask(
    app: string,
    value: string,
    more: object = {},
  ): Promise<string> {
    fired += 1;
    const run = await fire(database.knex, {
      ...{ id: `${fired}`, sensor, data: { app, tag: value }, ...more },
    });
    for (const { nudges } of tests) nudges.send('runs');
    return run;
  }

  async function stateOf(run: string): Promise<string | undefined> {
    return (await database.knex('effects').where({ run_id: run }).first())
      ?.state;
  }

  function arePending(...runs: string[]): Promise<unknown> {
    return waitForExpect(async () => {
      for (const run of runs) expect(await stateOf(run)).toBe('pending');
    }, 30_000);
  }

  function hasJoined(run: string): Promise<unknown> {
    return waitForExpect(
      async () => expect(await stateOf(run)).toBe('member'),
      30_000,
    );
  }

  /** Another change key of their base is sealed after they came; they are not. */
  async function areLeft(...runs: string[]): Promise<void> {
    await arePending(...runs);
    others += 1;
    const other = await ask('cart', `${others}0`);
    await tests[0].reaches(other, 'applied');
    for (const run of runs) expect(await stateOf(run)).toBe('pending');
  }

  async function waitOf(run: string) {
    const one = await readRun(database.knex, run);
    return (await readRestWaits(database.knex, [one!])).get(run);
  }

  function show(...args: string[]): Promise<string> {
    return git(path.join(folder, 'deployments.git'), ...args);
  }

  function shop(): Promise<string> {
    return show('show', 'main:apps/shop/values.yaml');
  }

  async function tag(): Promise<string> {
    return /tag: "(.*)"/.exec(await shop())![1];
  }

  function saysTag(wanted: string): Promise<unknown> {
    return waitForExpect(async () => expect(await tag()).toBe(wanted), 30_000);
  }

  async function commits(): Promise<string[]> {
    return (await show('log', '--format=%s', '-3', 'main'))
      .split('\n')
      .reverse();
  }
});
