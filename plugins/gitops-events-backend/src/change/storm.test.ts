import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git } from '../git/__testUtils__/gitCommand';
import type { Database } from '../store/database';
import { CommitQueue } from '../store/commitQueue';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { leavePending } from './leavePending';

/* Many runs of few change keys, all at once. */
jest.setTimeout(120_000);

const sensor = (base: string): SensorInput => ({
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: `bump-${base}`, owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    steps: [
      {
        id: 'bump',
        action: 'git:change',
        input: {
          ...{ repo: 'local:deployments', base },
          key: '${{ event.data.app }}',
          coalesce: { within: '1h' },
          edits: [
            {
              ...{ kind: 'yaml', file: 'apps/${{ event.data.app }}.yaml' },
              set: { tag: '${{ event.data.tag }}' },
            },
          ],
        },
      },
    ],
  },
});
const main = sensor('main');
const gone = sensor('gone');

const noLatest: PolicyCheck = {
  name: 'no latest',
  check: async ({ files }) => {
    const denied = files.some(({ content }) =>
      Buffer.from(content ?? []).includes('latest'),
    );
    return {
      check: 'no latest',
      verdict: denied ? 'deny' : 'pass',
      reasons: denied ? ['Name a version.'] : [],
    };
  },
};

const databases = testDatabases();

describe.each(databaseKinds)('a storm, on %s', kind => {
  let database: Database;
  let test: TestEngine;
  let fired: number;

  beforeEach(async () => {
    fired = 0;
    database = await databases.open(kind);
    await storeSensor(database.knex, main);
    await storeSensor(database.knex, gone);
    test = await startTestEngine(database, {
      seed: {
        'apps/shop.yaml': 'tag: "0"\n',
        'apps/search.yaml': 'tag: "0"\n',
      },
      checks: [noLatest],
    });
  });
  afterEach(() => test.stop());

  /** Runs that are all pending before any is sealed. */
  const ask = async (tags: string[], app: string, of = main) => {
    const base = of === gone ? 'gone' : 'main';
    const place = { repository: 'local:deployments', base };
    await database
      .knex('bases')
      .insert({
        ...place,
        version: 0,
        sealed_at: Date.now(),
        gap_ms: 3_600_000,
      })
      .onConflict(['repository', 'base'])
      .merge(['sealed_at', 'gap_ms']);
    const runs: string[] = [];
    for (const tag of tags) {
      fired += 1;
      runs.push(
        await fire(database.knex, {
          ...{ id: `${fired}`, sensor: of, data: { app, tag } },
        }),
      );
    }
    test.nudges.send('runs');
    for (const run of runs) await test.reaches(run, 'waiting');
    return runs;
  };
  const letGo = async () => {
    await database.knex('bases').update({ gap_ms: 0, sealed_at: 0 });
    test.nudges.send('effects');
  };
  const tags = (count: number) =>
    Array.from({ length: count }, (_, order) => `1.${order}`);
  const fileOf = (app: string) =>
    git(test.bare, 'show', `main:apps/${app}.yaml`);

  it('leaves in one change, and each older run is told which newer one counts', async () => {
    const shop = await ask(tags(30), 'shop');
    const search = await ask(tags(20), 'search');
    await letGo();
    for (const runs of [shop, search]) {
      const newest = runs.pop()!;
      await test.reaches(newest, 'applied');
      for (const one of runs) {
        const { reason } = await test.reaches(one, 'superseded');
        expect(reason!.detail).toEqual({ run: newest });
      }
    }
    expect(await fileOf('shop')).toMatch(/^tag: "?1.29"?$/);
    expect(await fileOf('search')).toMatch(/^tag: "?1.19"?$/);
    expect(await database.knex('changes')).toHaveLength(1);
  });

  it('falls back to the newest that is not refused', async () => {
    const [first, second, latest] = await ask(['1', '2', 'latest'], 'shop');
    await letGo();
    await test.reaches(latest, 'held');
    await letGo();
    await test.reaches(second, 'applied');
    await test.reaches(first, 'superseded');
    expect(await fileOf('shop')).toMatch(/^tag: "?2"?$/);
  });

  it('is held as a whole where its base is no more', async () => {
    const runs = await ask(tags(5), 'shop', gone);
    await letGo();
    for (const run of runs) {
      const { reason } = await test.reaches(run, 'held');
      expect(reason).toMatchObject({ code: 'baseGone' });
    }
  });

  it('takes nobody out of a change who joined one meanwhile', async () => {
    const [joined, pending] = await ask(['1', '2'], 'shop');
    const { knex } = database;
    const effects = await knex('effects').orderBy('run_seq');
    await knex('effects').where({ run_id: joined }).update({ state: 'member' });
    await leavePending(
      new CommitQueue({ knex, stream: 'runs' }),
      effects.map(row => ({
        effect: { effectId: row.effect_id, runId: row.run_id },
        outcome: {
          outcome: 'superseded',
          reason: { code: 'superseded', message: 'A newer one.' },
        },
      })),
    );
    await test.reaches(pending, 'superseded');
    expect(
      await knex('effects').where({ run_id: joined }).first(),
    ).toMatchObject({ state: 'member', outcome: null });
  });
});
