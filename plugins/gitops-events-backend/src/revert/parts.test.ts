import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { fire, storeSensor } from '../__testUtils__/fire';
import { testConfig } from '../__testUtils__/testConfig';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git, pushByHand } from '../git/__testUtils__/gitCommand';
import { everything } from '../permissions/__testUtils__/accesses';
import type { Database } from '../store/database';
import { readTimeline } from '../timeline/readTimeline';
import type { ReadRoom } from '../timeline/readRoom';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(120_000);

const pia = 'user:default/pia';
const ana = 'user:default/ana';
const seed = { 'apps/a.yaml': 'tag: 1.10 # old\nsize: 1\n' };

const change = (id: string, base: string) => ({
  id,
  action: 'git:change',
  input: {
    repo: 'local:deployments',
    base,
    edits: [
      {
        kind: 'yaml',
        file: 'apps/a.yaml',
        set: { tag: `\${{ event.data.${id} }}` },
      },
    ],
  },
});
/** Two steps set the same value one after the other, with a branch of its own between them. */
const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'promote', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    steps: [
      change('first', 'main'),
      change('live', 'live'),
      change('last', 'main'),
    ],
  },
};
const [boundary] = testConfig.boundaries;
const [repository] = boundary.repositories;
const boundaries = [
  {
    ...boundary,
    repositories: [{ ...repository, branches: ['main', 'live'] }],
  },
];

/** The host, with something to do once one of its merges is done. */
const afterMerge =
  (of: string, then: () => Promise<unknown>) =>
  (host: ChangeHost): ChangeHost =>
    new Proxy(host, {
      get(target, key: keyof ChangeHost) {
        const value = target[key];
        if (key !== 'merge' || typeof value !== 'function') return value;
        return async (request: Parameters<ChangeHost['merge']>[0]) => {
          const outcome = await target.merge(request);
          if (request.message.startsWith(of)) await then();
          return outcome;
        };
      },
    });

describe.each(databaseKinds)('a run of several parts, on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let test: TestEngine;

  const start = async (options: Parameters<typeof startTestEngine>[1] = {}) => {
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    test = await startTestEngine(database, { seed, boundaries, ...options });
    await git(test.bare, 'branch', 'live', 'main');
  };
  const ask = async (id: string, data: object) => {
    const run = await fire(database.knex, { id, sensor, data });
    test.nudges.send('runs');
    return run;
  };
  const promote = async () => {
    const id = await ask('1', { first: 'two', live: 'two', last: 'three' });
    await test.reaches(id, 'applied');
    return id;
  };
  const preview = (id: string) => test.engine.decisions.previewRevert(id);
  const revert = async (id: string, more: object = {}) => {
    const { digest } = await preview(id);
    const asked = { id, by: pia, digest, comment: 'It crashes.', choices: {} };
    return test.engine.decisions.revertRun({ ...asked, ...more });
  };
  const on = (branch: string) =>
    git(test.bare, 'show', `${branch}:apps/a.yaml`);
  const byHand = (branch: string, text: string) =>
    pushByHand(test.bare, branch, [
      {
        path: 'apps/a.yaml',
        mode: '100644',
        content: new TextEncoder().encode(text),
      },
    ]);
  const titles = async (branch: string) =>
    (await git(test.bare, 'log', '--format=%s', branch)).split('\n');
  const old = seed['apps/a.yaml'].trimEnd();

  afterEach(async () => {
    await test?.stop();
  });

  it('is taken back part by part, the last one first', async () => {
    await start();
    const bad = await promote();
    const { changes } = await preview(bad);
    expect(
      changes.map(({ base, files, conflicts }) => [
        base,
        files[0].patch.match(/^[-+]tag.*$/gm),
        conflicts,
      ]),
    ).toEqual([
      ['main', ['-tag: three # old', '+tag: two # old'], []],
      ['live', ['-tag: two # old', '+tag: 1.10 # old'], []],
      ['main', ['-tag: two # old', '+tag: 1.10 # old'], []],
    ]);

    const reverting = await revert(bad);
    const { steps } = await test.reaches(reverting, 'applied');
    expect(steps.map(({ id, state }) => [id, state])).toEqual([
      ['revert-last', 'done'],
      ['revert-live', 'done'],
      ['revert-first', 'done'],
    ]);
    expect([await on('main'), await on('live')]).toEqual([old, old]);
    expect(await titles('main')).toEqual([
      'Revert: Run 1 (part 3 of 3)',
      'Revert: Run 1 (part 1 of 3)',
      'Run 1',
      'Run 1',
      'Seed',
      expect.anything(),
    ]);
    expect((await titles('live'))[0]).toBe('Revert: Run 1 (part 2 of 3)');

    const { items } = await readTimeline(
      { knex: database.knex } as ReadRoom,
      { limit: 1 },
      everything,
    );
    const merged = items[0].entries.filter(entry => entry.kind === 'merged');
    expect(merged).toHaveLength(6);

    // And all of that again, the other way round.
    await test.reaches(await revert(reverting), 'applied');
    expect(await on('main')).toContain('tag: three');
    expect(await on('live')).toContain('tag: two');
  });

  it('stands where a part was changed meanwhile: the rest stays, and can be asked for anew', async () => {
    const mine = 'tag: mine\nsize: 1\n';
    const meanwhile = () => byHand('live', mine);
    await start({
      wrap: afterMerge('Revert: Run 1 (part 1 of 3)', meanwhile),
    });
    const bad = await promote();
    const reverting = await revert(bad);
    const held = await test.reaches(reverting, 'held');
    expect(held.reason).toMatchObject({
      code: 'changedSince',
      message: expect.stringMatching(
        /^tag in apps\/a\.yaml was changed .* Of its 3 parts 1 is taken back; the rest stays as it is\.$/,
      ),
    });
    expect(`${await on('live')}\n`).toBe(mine);
    expect(await on('main')).toContain('tag: two');

    const { version } = held;
    await test.engine.decisions.discardRun({ id: reverting, version, by: ana });
    const { changes } = await preview(bad);
    expect(
      changes.map(({ files, conflicts }) => [files.length, conflicts.length]),
    ).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ]);
    const choices = { [changes[1].conflicts[0].id]: 'keep' };
    const again = await revert(bad, { choices, rootCause: 'A typo.' });
    await test.reaches(again, 'applied');
    expect(await on('main')).toBe(old);
    expect(`${await on('live')}\n`).toBe(mine);
    expect((await titles('main'))[0]).toBe('Revert: Run 1');
  });

  it('holds what it has taken back, also where the rest of it is discarded', async () => {
    const meanwhile = () => byHand('live', 'tag: mine\nsize: 1\n');
    await start({
      wrap: afterMerge('Revert: Run 1 (part 1 of 3)', meanwhile),
    });
    const reverting = await revert(await promote());
    const { version } = await test.reaches(reverting, 'held');
    await test.engine.decisions.discardRun({ id: reverting, version, by: ana });

    const later = await ask('2', { first: 'four', live: 'four', last: 'five' });
    const held = await test.reaches(later, 'held');
    expect(held.reason).toMatchObject({
      code: 'reverted',
      detail: { revert: reverting },
    });
    expect([await on('main'), await on('live')]).toEqual([
      expect.stringContaining('tag: four'),
      expect.stringContaining('tag: four'),
    ]);
    const cause = { id: reverting, by: ana, rootCause: 'A typo.' };
    await test.engine.decisions.stateRootCause(cause);
    await test.engine.decisions.releaseRun({
      ...{ id: later, version: held.version, by: ana },
      confirmOlder: false,
    });
    await test.reaches(later, 'applied');
    expect(await on('main')).toContain('tag: five');
  });

  it('asks once where the same value was changed since, whatever of its steps wrote it', async () => {
    await start();
    const bad = await promote();
    await byHand('main', 'tag: mine\nsize: 1\n');
    const { changes } = await preview(bad);
    expect(changes.map(({ conflicts }) => conflicts.length)).toEqual([1, 0, 0]);

    const [{ id }] = changes[0].conflicts;
    const kept = await revert(bad, {
      choices: { [id]: 'keep' },
      rootCause: 'Known.',
    });
    await test.reaches(kept, 'applied');
    expect(await on('main')).toContain('tag: mine');
    expect(await on('live')).toBe(old);
  });

  it('writes what was there before all of its steps, where a person chose so', async () => {
    await start();
    const bad = await promote();
    await byHand('main', 'tag: mine\nsize: 1\n');
    const { changes } = await preview(bad);
    const choices = { [changes[0].conflicts[0].id]: 'write' };
    await test.reaches(await revert(bad, { choices }), 'applied');
    // The same number; how it was spelled went with the line that somebody changed.
    expect(await on('main')).toBe('tag: 1.1\nsize: 1');
  });

  it('goes on where a part is as it was by then', async () => {
    const meanwhile = () => byHand('live', seed['apps/a.yaml']);
    await start({
      wrap: afterMerge('Revert: Run 1 (part 1 of 3)', meanwhile),
    });
    const bad = await promote();
    await test.reaches(await revert(bad), 'applied');
    expect([await on('main'), await on('live')]).toEqual([old, old]);
  });

  it('shows a part that the checks would hold before anything is written', async () => {
    let strict = false;
    const check = async ({ base }: { base: string }) =>
      strict && base === 'live'
        ? { check: 'look', verdict: 'deny' as const, reasons: ['Not now.'] }
        : { check: 'look', verdict: 'pass' as const, reasons: [] };
    await start({ checks: [{ name: 'look', check }] });
    const bad = await promote();
    strict = true;
    const { changes } = await preview(bad);
    expect(changes.map(({ refused }) => refused)).toEqual([
      undefined,
      expect.stringContaining('Policy denies it'),
      undefined,
    ]);
    const reverting = await revert(bad);
    const { reason } = await test.reaches(reverting, 'held');
    expect(reason?.message).toContain('Of its 3 parts 1 is taken back');
    // Once that is mended, it goes on where it stands.
    strict = false;
    const { version } = await test.reaches(reverting, 'held');
    await test.engine.decisions.releaseRun({
      ...{ id: reverting, version, by: ana },
      confirmOlder: false,
    });
    await test.reaches(reverting, 'applied');
    expect([await on('main'), await on('live')]).toEqual([old, old]);
  });
});
