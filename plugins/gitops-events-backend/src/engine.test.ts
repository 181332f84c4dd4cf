import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { git, pushByHand } from './git/__testUtils__/gitCommand';
import { verifyChain } from './store/chain';
import type { Database } from './store/database';
import { databaseKinds, testDatabases } from './store/testDatabases';
import { fire, storeSensor } from './__testUtils__/fire';
import { makeDue } from './__testUtils__/makeDue';
import { startTestEngine, type TestEngine } from './__testUtils__/testEngine';

jest.setTimeout(60_000);

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
              set: { 'image.tag': '${{ event.data.tag }}' },
            },
          ],
        },
      },
    ],
  },
};
const values = 'image:\n  # The tag that runs.\n  tag: "1.0.0"\nreplicas: 2\n';
const seed = { 'apps/shop.yaml': values, 'apps/cart.yaml': values };

describe.each(databaseKinds)('engine on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let test: TestEngine;

  const start = async (options: Parameters<typeof startTestEngine>[1] = {}) => {
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    test = await startTestEngine(database, { seed, ...options });
  };
  const ask = async (
    id: string,
    app: string,
    tag: string,
    more: object = {},
  ) => {
    const run = await fire(database.knex, {
      id,
      sensor,
      data: { app, tag },
      ...more,
    });
    test.nudges.send('runs');
    return run;
  };
  const show = (file: string) => git(test.bare, 'show', `main:${file}`);
  const commits = async () =>
    Number(await git(test.bare, 'rev-list', '--count', 'main'));

  afterEach(async () => {
    await test?.stop();
  });

  it('turns a run into one merged commit with a one-line diff', async () => {
    await start();
    const before = await commits();
    const id = await ask('1', 'shop', '1.1.0');
    const run = await test.reaches(id, 'applied');

    expect(run.steps[0].output).toMatchObject({
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      pullRequest: 1,
    });
    expect(await show('apps/shop.yaml')).toBe(
      values.replace('1.0.0', '1.1.0').trim(),
    );
    expect(await commits()).toBe(before + 1);
    expect(await git(test.bare, 'log', '-1', '--format=%B', 'main')).toContain(
      'GitOps-Change: ',
    );
    expect(
      await git(test.bare, 'for-each-ref', 'refs/heads/gitops-events'),
    ).toBe('');
    expect(
      await database.knex('timeline').orderBy('seq').pluck('kind'),
    ).toEqual([
      'changeRendered',
      'policyJudged',
      'changeCommitted',
      'pullRequestOpened',
      'merged',
    ]);
    expect((await verifyChain(database.knex, 'runs')).broken).toBeUndefined();
  });

  it('ends already so when nothing differs, and writes nothing', async () => {
    await start();
    const before = await commits();
    await test.reaches(await ask('1', 'shop', '1.0.0'), 'alreadySo');
    expect(await commits()).toBe(before);
    expect(await database.knex('changes')).toHaveLength(0);
  });

  it('folds the runs of one lane in order: the last value stays, earlier ones end superseded or applied', async () => {
    await start();
    const ids: string[] = [];
    for (let n = 1; n <= 12; n += 1)
      ids.push(await ask(`${n}`, 'shop', `2.0.${n}`, { lane: 'lane' }));
    const ends = [];
    for (const id of ids)
      ends.push((await test.reaches(id, 'applied', 'superseded')).end);
    expect(ends[ends.length - 1]).toBe('applied');
    expect(await show('apps/shop.yaml')).toContain('tag: "2.0.12"');
    const tags = (
      await git(
        test.bare,
        'log',
        '--reverse',
        '-p',
        '--format=',
        'main',
        '--',
        'apps/shop.yaml',
      )
    )
      .split('\n')
      .flatMap(line => /^\+ {2}tag: "2\.0\.(\d+)"/.exec(line)?.[1] ?? [])
      .map(Number);
    expect(tags).toEqual([...tags].sort((a, b) => a - b));
  });

  it('holds what policy denies while its neighbour of the same change goes through', async () => {
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
    const [bad, good] = await Promise.all([
      ask('1', 'shop', '9.9.9'),
      ask('2', 'cart', '1.2.0'),
    ]);
    expect((await test.reaches(bad, 'held')).reason).toMatchObject({
      code: 'policyDenied',
      message: expect.stringContaining('Tag 9.9.9 is not allowed.'),
    });
    await test.reaches(good, 'applied');
    expect(await show('apps/shop.yaml')).toBe(values.trim());
  });

  it('asks before an older value goes over a newer one, and shows both', async () => {
    let strict = true;
    await start({
      checks: [
        {
          name: 'no nines',
          check: async change => ({
            check: 'no nines',
            verdict:
              strict && change.diff.some(({ patch }) => patch.includes('9.9.9'))
                ? 'deny'
                : 'pass',
            reasons: [],
          }),
        },
      ],
    });
    const older = await ask('1', 'shop', '9.9.9');
    const held = await test.reaches(older, 'held');
    await test.reaches(await ask('2', 'shop', '1.2.0'), 'applied');
    strict = false;
    const decision = {
      id: older,
      version: held.version,
      by: 'user:default/pia',
    };
    const { decisions } = test.engine;

    await expect(
      decisions.releaseRun({ ...decision, confirmOlder: false }),
    ).rejects.toMatchObject({
      name: 'ConflictError',
      newer: {
        values: [
          {
            name: 'image.tag in apps/shop.yaml',
            older: '9.9.9',
            newer: '1.2.0',
          },
        ],
      },
    });
    expect((await test.reaches(older, 'held')).version).toBe(held.version);
    await decisions.releaseRun({ ...decision, confirmOlder: true });
    await test.reaches(older, 'applied');
    expect(await show('apps/shop.yaml')).toContain('9.9.9');
  });

  it('waits for an approval of the very content, counts four eyes, then merges', async () => {
    await start();
    const id = await ask('1', 'shop', '3.0.0', {
      environment: 'production',
      principal: 'user:default/ana via plugin:scaffolder',
    });
    await test.reaches(id, 'waiting');
    const change = await waitFor(async () => {
      const row = await database.knex('changes').first();
      return row?.state === 'waiting' ? row : undefined;
    });
    const { diff_hash: diffHash } = await database
      .knex('change_revisions')
      .first();
    const decision = {
      id: change.id,
      version: Number(change.version),
      diffHash,
    };
    const { decisions } = test.engine;
    await expect(
      decisions.approveChange({ ...decision, by: 'user:default/ana' }),
    ).rejects.toThrow('Somebody else');
    await expect(
      decisions.approveChange({
        ...decision,
        by: 'user:default/pia',
        diffHash: 'another',
      }),
    ).rejects.toThrow('content changed');
    await decisions.approveChange({ ...decision, by: 'user:default/pia' });
    await expect(
      decisions.approveChange({ ...decision, by: 'user:default/ben' }),
    ).rejects.toThrow(/user:default\/pia approved it|merged/);
    await test.reaches(id, 'applied');
    expect(await show('apps/shop.yaml')).toContain('3.0.0');
    await expect(
      decisions.approveChange({ ...decision, by: 'user:default/pia' }),
    ).rejects.toThrow('merged meanwhile');
  });

  it('replaces the content of a change that waits by a newer run, on the same pull request', async () => {
    await start();
    const first = await ask('1', 'shop', '4.0.0', {
      environment: 'production',
    });
    await waitFor(
      async () => (await database.knex('changes').first())?.state === 'waiting',
    );
    const second = await ask('2', 'shop', '4.0.1', {
      environment: 'production',
    });
    await test.reaches(first, 'superseded');
    const change = await waitFor(async () => {
      const row = await database.knex('changes').first();
      return row?.state === 'waiting' && row.revision === 2 ? row : undefined;
    });
    const { diff_hash: diffHash } = await database
      .knex('change_revisions')
      .where({ revision: 2 })
      .first();
    await test.engine.decisions.approveChange({
      id: change.id,
      version: Number(change.version),
      by: 'user:default/pia',
      diffHash,
    });
    const run = await test.reaches(second, 'applied');
    expect(run.steps[0].output).toMatchObject({ pullRequest: 1 });
    expect(await show('apps/shop.yaml')).toContain('4.0.1');
  });

  it('holds a run whose base is gone; released after the branch is back, it goes through', async () => {
    await start();
    const gone: SensorInput = structuredClone(sensor);
    gone.metadata.name = 'elsewhere';
    gone.spec.steps[0].input!.base = 'gone';
    await storeSensor(database.knex, gone);
    const id = await fire(database.knex, {
      id: '1',
      sensor: gone,
      data: { app: 'shop', tag: '5.0.0' },
    });
    const held = await test.reaches(id, 'held');
    expect(held.reason).toMatchObject({
      code: 'baseGone',
      message: expect.stringContaining('no branch gone'),
    });

    await git(test.bare, 'branch', 'gone', 'main');
    const { decisions } = test.engine;
    await decisions.releaseRun({
      confirmOlder: false,
      id,
      version: held.version,
      by: 'user:default/pia',
    });
    await expect(
      decisions.releaseRun({
        confirmOlder: false,
        id,
        version: held.version,
        by: 'user:default/ben',
      }),
    ).rejects.toThrow();
    await test.reaches(id, 'applied');
  });

  it('holds what an expression cannot tell, and discards it with a comment', async () => {
    await start();
    const id = await fire(database.knex, {
      id: '1',
      sensor,
      data: { app: 'shop' },
    });
    test.nudges.send('runs');
    const held = await test.reaches(id, 'held');
    expect(held.reason!.message).toContain('event.data.tag');
    await test.engine.decisions.discardRun({
      id,
      version: held.version,
      by: 'user:default/pia',
      comment: 'sent by mistake',
    });
    expect((await test.reaches(id, 'discarded')).reason!.message).toContain(
      'sent by mistake',
    );
  });

  it('renders again when base moved in the same file, and keeps both edits', async () => {
    await start();
    const id = await ask('1', 'shop', '6.0.0', { environment: 'production' });
    const change = await waitFor(async () => {
      const row = await database.knex('changes').first();
      return row?.state === 'waiting' ? row : undefined;
    });
    await pushByHand(test.bare, 'main', [
      {
        path: 'apps/shop.yaml',
        mode: '100644',
        content: Buffer.from(`${values}# by hand\n`),
      },
    ]);
    const { diff_hash: diffHash } = await database
      .knex('change_revisions')
      .first();
    await test.engine.decisions.approveChange({
      id: change.id,
      version: Number(change.version),
      by: 'user:default/pia',
      diffHash,
    });
    await waitFor(
      async () =>
        (await database.knex('change_revisions').count({ n: '*' }))[0].n !==
          1 || undefined,
    );
    // Another diff is asked again; the same one would have kept its approval.
    const again = await waitFor(async () => {
      const row = await database.knex('changes').first();
      return ['waiting', 'ended'].includes(row.state) && row.revision === 2
        ? row
        : undefined;
    });
    if (again.state === 'waiting') {
      const { diff_hash } = await database
        .knex('change_revisions')
        .where({ revision: 2 })
        .first();
      await test.engine.decisions.approveChange({
        id: again.id,
        version: Number(again.version),
        by: 'user:default/pia',
        diffHash: diff_hash,
      });
    }
    await test.reaches(id, 'applied');
    const text = await show('apps/shop.yaml');
    expect(text).toContain('6.0.0');
    expect(text).toContain('# by hand');
  });

  it('gives a change up to the person who pushed to its branch', async () => {
    await start();
    const id = await ask('1', 'shop', '7.0.0', { environment: 'production' });
    const change = await waitFor(async () => {
      const row = await database.knex('changes').first();
      return row?.state === 'waiting' ? row : undefined;
    });
    await pushByHand(test.bare, change.branch, [
      { path: 'note.txt', mode: '100644', content: Buffer.from('mine\n') },
    ]);
    await makeDue(database.knex);
    test.nudges.send('changes');
    expect((await test.reaches(id, 'held')).reason).toMatchObject({
      code: 'takenOver',
    });
    expect(await git(test.bare, 'show', `${change.branch}:note.txt`)).toBe(
      'mine',
    );
  });

  it('asks a check again that could not judge, and merges once it passes', async () => {
    let busy = true;
    await start({
      checks: [
        {
          name: 'elsewhere',
          check: async () => ({
            check: 'elsewhere',
            verdict: busy ? 'cannot' : 'pass',
            reasons: busy ? ['It is busy.'] : [],
          }),
        },
      ],
    });
    const id = await ask('1', 'shop', '9.0.0');
    await waitFor(
      async () => (await database.knex('changes').first())?.state === 'waiting',
    );
    busy = false;
    await database.knex('change_revisions').update({ judge_at: 0 });
    await makeDue(database.knex);
    test.nudges.send('changes');
    await test.reaches(id, 'applied');
    expect(await database.knex('change_revisions')).toHaveLength(1);
  });

  it.each([
    [
      'a template that throws',
      { from: 'templates', into: 'environments/x' },
      'templateFailed',
    ],
    [
      'templates that are not there',
      { from: 'nothing', into: 'environments/x' },
      'templateMissing',
    ],
    [
      'a path that leaves the repository',
      { from: 'templates', into: '../x' },
      'filePathInvalid',
    ],
    [
      'a path outside of its boundary',
      { from: 'fine', into: 'secrets' },
      'notAllowed',
    ],
  ])('holds %s, and writes nothing', async (_, edit, code) => {
    await start({
      seed: {
        ...seed,
        'templates/a.txt': '${{ params.nothing.at.all }}',
        'fine/a.txt': 'a',
      },
    });
    const before = await commits();
    const other: SensorInput = structuredClone(sensor);
    other.metadata.name = 'folders';
    other.spec.steps[0].input = {
      repo: 'local:deployments',
      edits: [{ kind: 'template', params: {}, ...edit }],
    };
    await storeSensor(database.knex, other);
    const bad = await fire(database.knex, { id: '1', sensor: other });
    const good = await ask('2', 'cart', '1.9.0');
    const held = await test.reaches(bad, 'held');
    expect(held.reason).toMatchObject({ code });
    await test.reaches(good, 'applied');
    expect(await commits()).toBe(before + 1);
  });

  it('only records what it would do in mode observe', async () => {
    await start();
    const before = await commits();
    const id = await ask('1', 'shop', '8.0.0', { mode: 'observe' });
    await test.reaches(id, 'done');
    expect(await commits()).toBe(before);
    expect(await database.knex('effects')).toHaveLength(0);
    expect(
      await database.knex('timeline').where({ run_id: id }).pluck('kind'),
    ).toEqual(['changeRendered', 'policyJudged']);
  });
});

async function waitFor<T>(
  look: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error('It did not happen');
    await new Promise(done => setTimeout(done, 20));
  }
}
