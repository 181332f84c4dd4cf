import waitForExpect from 'wait-for-expect';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { git, pushByHand } from '../git/__testUtils__/gitCommand';
import { fire, storeSensor } from '../__testUtils__/fire';
import { makeDue } from '../__testUtils__/makeDue';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { verifyChain } from '../store/chain';
import type { Database } from '../store/database';
import { newestValues } from '../store/newestValues';
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
              kind: 'kustomize',
              file: 'apps/kustomization.yaml',
              images: [
                {
                  name: '${{ event.data.app }}',
                  newTag: '${{ event.data.tag }}',
                },
              ],
            },
          ],
        },
      },
    ],
  },
};
const names = Array.from({ length: 20 }, (_, n) => `service-${n}`);
const services = (tagOf: (name: string) => string) =>
  `images:\n${names
    .map(name => `  - name: ${name} # ours\n    newTag: ${tagOf(name)}\n`)
    .join('')}`;
const seed = { 'apps/kustomization.yaml': services(() => '1.10') };

describe.each(databaseKinds)('revert on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let test: TestEngine;

  const start = async (options: Parameters<typeof startTestEngine>[1] = {}) => {
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    test = await startTestEngine(database, { seed, ...options });
  };
  let fired = 0;
  const ask = async (app: string, tag: string, more: object = {}) => {
    fired += 1;
    const data = { app, tag };
    const what = { id: `${fired}`, sensor, data, ...more };
    const run = await fire(database.knex, what);
    test.nudges.send('runs');
    return run;
  };
  /** A stop is in force, so that all of them go with one change once it is lifted. */
  const together = async (tags: Array<[app: string, tag: string]>) => {
    const { setStop, liftStop } = test.engine.decisions;
    const all = { scope: { kind: 'all' as const }, by: pia };
    const stop = await setStop({ ...all, reason: 'Wait for all.' });
    const ids = new Map<string, string>();
    for (const [app, tag] of tags) ids.set(app, await ask(app, tag));
    await waitForExpect(async () => {
      const pending = database.knex('effects').where({ state: 'pending' });
      expect(await pending).toHaveLength(tags.length);
    }, 30_000);
    await liftStop({ id: stop, version: 1, by: pia, comment: 'Go.' });
    return ids;
  };
  const preview = (id: string) => test.engine.decisions.previewRevert(id);
  const revert = async (id: string, more: object = {}) => {
    const { digest } = await preview(id);
    const asked = { id, by: pia, digest, comment: 'It crashes.', choices: {} };
    return test.engine.decisions.revertRun({ ...asked, ...more });
  };
  const keyOf = async (runId: string): Promise<string> => {
    const effects = database.knex('effects').where({ run_id: runId });
    return (await effects.first()).change_key;
  };
  const byHand = (tag: string) => {
    const text = services(name => (name === 'service-0' ? tag : '1.10'));
    const content = new TextEncoder().encode(text);
    const path = 'apps/kustomization.yaml';
    return pushByHand(test.bare, 'main', [{ path, mode: '100644', content }]);
  };
  const file = () => git(test.bare, 'show', 'main:apps/kustomization.yaml');
  const saysNow = async (tagOf: (name: string) => string) =>
    expect(`${await file()}\n`).toBe(services(tagOf));
  const commits = async () =>
    Number(await git(test.bare, 'rev-list', '--count', 'main'));
  const release = async (id: string, more: object = {}) => {
    const { version } = await test.reaches(id, 'held');
    const decision = { id, version, by: ana, confirmOlder: false, ...more };
    await test.engine.decisions.releaseRun(decision);
  };

  afterEach(async () => {
    await test?.stop();
  });

  it('20 services in one pull request: one denied before it, one reverted after it, the other 18 untouched', async () => {
    await start({
      checks: [
        {
          name: 'no nines',
          check: async change => ({
            check: 'no nines',
            verdict: change.diff.some(({ patch }) => patch.includes('9.9.9'))
              ? 'deny'
              : 'pass',
            reasons: ['Tag 9.9.9 is not allowed.'],
          }),
        },
      ],
    });
    const ids = await together(
      names.map(name => [name, name === 'service-3' ? '9.9.9' : '2.0.0']),
    );
    const denied = ids.get('service-3')!;
    expect((await test.reaches(denied, 'held')).reason?.code).toBe(
      'policyDenied',
    );
    const applied = names.filter(name => name !== 'service-3');
    for (const name of applied) await test.reaches(ids.get(name)!, 'applied');
    expect(await database.knex('changes')).toHaveLength(1);
    await saysNow(name => (name === 'service-3' ? '1.10' : '2.0.0'));

    const shown = await preview(ids.get('service-7')!);
    expect(shown.changes).toMatchObject([
      {
        conflicts: [],
        mergesItself: true,
        files: [
          { path: 'apps/kustomization.yaml', additions: 1, deletions: 1 },
        ],
      },
    ]);
    const before = await commits();
    await test.reaches(await revert(ids.get('service-7')!), 'applied');

    // Byte by byte as it was, and nobody else's line is touched.
    const old = ['service-3', 'service-7'];
    await saysNow(name => (old.includes(name) ? '1.10' : '2.0.0'));
    expect(await commits()).toBe(before + 1);
    expect(await git(test.bare, 'diff', '--numstat', 'main~1', 'main')).toBe(
      '1\t1\tapps/kustomization.yaml',
    );
    const [, change] = await database.knex('changes').orderBy('seq');
    expect(change.title).toBe(`Revert: Run ${fired - 12}`);
    expect(change.body).toContain(
      `Takes back what \`Run ${fired - 12}\` wrote`,
    );
    expect(change.body).toContain(
      'Asked for by `user:default/pia`: `It crashes.`',
    );
    for (const stream of ['runs', 'people']) {
      expect((await verifyChain(database.knex, stream)).broken).toBeUndefined();
    }
  });

  it('lets a newer value through that it does not hold', async () => {
    await start();
    const bad = await ask('service-0', '2.0.0');
    await test.reaches(bad, 'applied');
    const reverting = await revert(bad, { rootCause: 'A typo.' });
    await test.reaches(reverting, 'applied');
    const age = await newestValues(database.knex, [await keyOf(bad)]);
    const { seq } = await database.knex('runs').where({ id: bad }).first();
    expect([...age.values()]).toEqual([
      [expect.objectContaining({ runSeq: Number(seq) })],
    ]);
  });

  it('holds later values of the change key, and no others, until the root cause is stated', async () => {
    await start();
    const bad = await ask('service-0', '2.0.0');
    await test.reaches(bad, 'applied');
    const reverting = await revert(bad);
    await test.reaches(reverting, 'applied');

    const later = await ask('service-0', '2.0.1');
    await test.reaches(await ask('service-1', '2.0.1'), 'applied');
    const held = await test.reaches(later, 'held');
    expect(held.reason).toMatchObject({
      code: 'reverted',
      message: expect.stringMatching(
        /^user:default\/pia took back .* State the root cause/,
      ),
      detail: { revert: reverting },
    });
    await expect(release(later)).rejects.toMatchObject({
      name: 'ConflictError',
      message: expect.stringContaining('State the root cause of that first'),
    });

    const cause = { id: reverting, by: ana, rootCause: 'A bad base image.' };
    await test.engine.decisions.stateRootCause(cause);
    await expect(
      test.engine.decisions.stateRootCause({ ...cause, by: pia }),
    ).rejects.toThrow('user:default/ana has stated the root cause already');
    await release(later);
    await test.reaches(later, 'applied');
    await saysNow(
      name => ({ 'service-0': '2.0.1', 'service-1': '2.0.1' })[name] ?? '1.10',
    );
    const records = await database.knex('chain').where({ stream: 'people' });
    const said = records.flatMap(row => JSON.parse(row.records));
    expect(said).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ outcome: 'revert', of: bad, by: pia }),
        expect.objectContaining({ outcome: 'rootCause', by: ana }),
      ]),
    );
  });

  it('shows what somebody changed since, and writes over it only where a person who saw it chose so', async () => {
    await start();
    const bad = await ask('service-0', '2.0.0');
    await test.reaches(bad, 'applied');
    await byHand('3.0.0');
    const { changes, digest } = await preview(bad);
    expect(changes[0]).toMatchObject({
      files: [],
      conflicts: [
        {
          path: 'images[name="service-0"].newTag',
          before: '1.1',
          after: '2.0.0',
          now: '3.0.0',
          write: { additions: 1, deletions: 1 },
        },
      ],
    });
    await expect(revert(bad)).rejects.toThrow('Choose whether to keep');

    const [{ id }] = changes[0].conflicts;
    await expect(revert(bad, { choices: { [id]: 'keep' } })).rejects.toThrow(
      'There is nothing to write',
    );
    await byHand('4.0.0');
    const choices = { [id]: 'write' };
    await expect(revert(bad, { choices, digest })).rejects.toThrow(
      'The files have changed since you looked',
    );
    await test.reaches(await revert(bad, { choices }), 'applied');
    expect(await file()).toContain('service-0 # ours\n    newTag: 1.1\n');
  });

  it('reverts a revert, which puts the value there again', async () => {
    await start();
    const bad = await ask('service-0', '2.0.0');
    await test.reaches(bad, 'applied');
    const first = await revert(bad);
    await test.reaches(first, 'applied');
    await expect(revert(bad, { by: ana })).rejects.toThrow(
      `${pia} took it back already`,
    );
    const second = await revert(first, { rootCause: 'It was not that.' });
    await test.reaches(second, 'applied');
    await saysNow(name => (name === 'service-0' ? '2.0.0' : '1.10'));

    // What was taken back itself holds nothing any more, and can be asked for anew.
    await test.reaches(await revert(bad, { by: ana }), 'applied');
    await saysNow(() => '1.10');
  });

  it('tells the second of two people, and does nothing twice for the same one', async () => {
    await start();
    const bad = await ask('service-0', '2.0.0');
    await test.reaches(bad, 'applied');
    const { digest } = await preview(bad);
    const asked = { id: bad, by: pia, digest, comment: 'Bad.', choices: {} };
    const { revertRun } = test.engine.decisions;
    const [one, same, other] = await Promise.allSettled([
      revertRun(asked),
      revertRun(asked),
      revertRun({ ...asked, by: ana }),
    ]);
    const made = [one, same, other].flatMap(result =>
      result.status === 'fulfilled' ? result.value : [],
    );
    expect(new Set(made).size).toBe(1);
    expect(await database.knex('reverts')).toHaveLength(1);
    await test.reaches(made[0], 'applied');
    const [{ asked_by: by }] = await database.knex('reverts');
    expect(await revertRun({ ...asked, by })).toBe(made[0]);
    await expect(
      revertRun({ ...asked, by: by === pia ? ana : pia }),
    ).rejects.toThrow(`${by} took it back already: Bad.`);
    await saysNow(() => '1.10');
  });

  it('holds a newer value that waits for an approval, and never merges it meanwhile', async () => {
    await start();
    const bad = await ask('service-0', '2.0.0');
    await test.reaches(bad, 'applied');
    const newer = await ask('service-0', '2.0.1', { mode: 'propose' });
    await test.reaches(newer, 'waiting');
    const pulls = () =>
      database.knex('changes').whereLike('title', 'Run %').orderBy('seq');
    await waitForExpect(async () => {
      const [, proposed] = await pulls();
      expect(proposed?.state).toBe('waiting');
    }, 30_000);
    const { held } = await preview(bad);
    expect(held).toEqual([{ runId: newer, title: expect.any(String) }]);

    await test.reaches(await revert(bad), 'applied');
    expect((await test.reaches(newer, 'held')).reason?.code).toBe('reverted');
    await saysNow(() => '1.10');

    // Nobody is left in its pull request; released, it gets another one.
    await waitForExpect(async () => {
      const [, closed] = await pulls();
      expect([closed.state, closed.end]).toEqual(['ended', 'failed']);
    }, 30_000);
    const [{ run_id: reverting }] = await database.knex('reverts');
    const cause = { id: reverting, by: ana, rootCause: 'A bad base image.' };
    await test.engine.decisions.stateRootCause(cause);
    await release(newer, { confirmOlder: true });
    await waitForExpect(async () => {
      const [, , open] = await pulls();
      expect(open?.state).toBe('waiting');
    }, 30_000);
  });

  it('holds nobody for a neighbour in the same change', async () => {
    let protects = false;
    const wrap = (host: ChangeHost): ChangeHost =>
      new Proxy(host, {
        get(target, key: keyof ChangeHost) {
          const value = target[key];
          if (typeof value !== 'function') return value;
          return async (...given: any[]) =>
            key === 'merge' &&
            protects &&
            !given[0].message.startsWith('Revert')
              ? { outcome: 'blocked', message: 'Not now.' }
              : Reflect.apply(value, target, given);
        },
      });
    await start({ wrap });
    const bad = await ask('service-0', '2.0.0');
    await test.reaches(bad, 'applied');
    protects = true;
    const newer = await together([
      ['service-0', '2.0.1'],
      ['service-1', '2.0.1'],
    ]);
    await waitForExpect(async () => {
      const [, shared] = await database.knex('changes').orderBy('seq');
      expect(shared?.state).toBe('waiting');
    }, 30_000);

    await test.reaches(await revert(bad), 'applied');
    const held = await test.reaches(newer.get('service-0')!, 'held');
    expect(held.reason?.code).toBe('reverted');
    protects = false;
    await makeDue(database.knex);
    test.nudges.send('changes');
    await test.reaches(newer.get('service-1')!, 'applied');
    await saysNow(name => (name === 'service-1' ? '2.0.1' : '1.10'));
    expect(await database.knex('changes')).toHaveLength(3);
  });

  it('goes through the same gates: policy, and the approval of somebody else than who asked', async () => {
    let strict = false;
    await start({
      checks: [
        {
          name: 'look',
          check: async () => ({
            check: 'look',
            verdict: strict ? 'review' : 'pass',
            reasons: ['A person has to look.'],
          }),
        },
      ],
    });
    const bad = await ask('service-0', '2.0.0');
    await test.reaches(bad, 'applied');
    strict = true;
    expect((await preview(bad)).changes[0]).toMatchObject({
      mergesItself: false,
      approvalsNeeded: 1,
    });
    const reverting = await revert(bad);
    await test.reaches(reverting, 'waiting');
    const open = database.knex('changes').where({ state: 'waiting' });
    await waitForExpect(async () => {
      expect(await open.clone()).toHaveLength(1);
    }, 30_000);
    const [change] = await open;
    const { diff_hash: diffHash } = await database
      .knex('change_revisions')
      .where({ change_id: change.id })
      .first();
    const approval = {
      id: change.id,
      version: Number(change.version),
      diffHash,
    };
    const { approveChange } = test.engine.decisions;
    await expect(approveChange({ ...approval, by: pia })).rejects.toThrow(
      'You asked for this revert yourself',
    );
    await approveChange({ ...approval, by: ana });
    await test.reaches(reverting, 'applied');
    await saysNow(() => '1.10');
  });

  it('says why there is nothing to take back', async () => {
    await start();
    const same = await ask('service-0', '1.10');
    await test.reaches(same, 'applied', 'alreadySo');
    const observed = await ask('service-1', '2', { mode: 'observe' });
    await test.reaches(observed, 'done');
    await expect(preview(observed)).rejects.toMatchObject({
      name: 'ConflictError',
      message: expect.stringContaining('has not changed anything in Git'),
    });
  });
});
