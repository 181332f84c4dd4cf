import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import { makeDue } from '../__testUtils__/makeDue';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git } from '../git/__testUtils__/gitCommand';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';

/* A newer run takes the place of an older one just when that is merged or closed: what nobody merged is not told as applied. */
jest.setTimeout(120_000);

const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'promote', owner: 'group:default/platform' },
  spec: {
    mode: 'propose',
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
/** A newer one goes on with what an older one wrote, instead of replacing it. */
const collecting: SensorInput = JSON.parse(
  JSON.stringify(sensor).replace('"tag":"', '"tags[+]":"'),
);

const databases = testDatabases();

describe.each(
  databaseKinds.flatMap(kind => [
    [kind, 'replaced', sensor] as const,
    [kind, 'joined', collecting] as const,
  ]),
)('on %s, content %s meanwhile', (kind, _, asking) => {
  let database: Database;
  let test: TestEngine;
  /** Held back before it reaches the host. */
  let mergeMayGo: Promise<void> | undefined;
  let merging: boolean;
  /** How often base was looked up, which sealing begins with. */
  let sealing: number;

  const wrap = (host: ChangeHost): ChangeHost =>
    new Proxy(host, {
      get(target, key: keyof ChangeHost) {
        const value = target[key];
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (key === 'head') sealing += 1;
          if (key === 'merge') {
            merging = true;
            await mergeMayGo;
          }
          return Reflect.apply(value, target, args);
        };
      },
    });

  beforeEach(async () => {
    mergeMayGo = undefined;
    merging = false;
    sealing = 0;
    database = await databases.open(kind);
    await storeSensor(database.knex, asking);
    test = await startTestEngine(database, {
      seed: { 'apps/shop.yaml': 'tag: "1.0.0"\ntags:\n  - "1.0.0"\n' },
      wrap,
    });
    await ask('older', '2.0.0');
    await olderWaits();
  });
  afterEach(() => test.stop());

  it('a person merged the older content before anybody looked', async () => {
    const [older] = await nobodyLooks();
    await git(test.bare, 'update-ref', 'refs/heads/main', older.branch);
    const newer = await ask('newer', '3.0.0');
    const change = await getsItsOwn(newer, 'merged');
    expect(await shop()).toContain('2.0.0');

    await git(test.bare, 'update-ref', 'refs/heads/main', change.branch);
    await lookNow();
    await test.reaches(newer, 'applied');
    expect(await shop()).toContain('3.0.0');
  });

  it('a person closed the older content before anybody looked', async () => {
    const [older] = await nobodyLooks();
    await git(test.bare, 'branch', '-D', older.branch);
    await getsItsOwn(await ask('newer', '3.0.0'), 'discarded');
  });

  it('the older content is being merged by ourselves', async () => {
    let go!: () => void;
    mergeMayGo = new Promise(done => {
      go = done;
    });
    const [older] = await changes();
    const { diff_hash: diffHash } = await database
      .knex('change_revisions')
      .first();
    const by = 'user:default/pia';
    await test.engine.decisions.approveChange({
      ...{ id: older.id, version: Number(older.version), diffHash, by },
    });
    // The writer looks at it because of the approval, which moves its version.
    await waitForExpect(async () => {
      const [{ version }] = await changes();
      await test.engine.decisions.mergeChange({
        ...{ id: older.id, version: Number(version), by },
      });
    }, 20_000);
    await waitForExpect(() => expect(merging).toBe(true), 20_000);
    const newer = await ask('newer', '3.0.0');
    await waitForExpect(async () => {
      expect(await database.knex('effects').where({ run_id: newer })).toEqual([
        expect.objectContaining({ state: 'pending' }),
      ]);
    }, 20_000);
    const before = sealing;
    await waitForExpect(
      () => expect(sealing).toBeGreaterThan(before + 1),
      20_000,
    );
    go();
    await getsItsOwn(newer, 'merged');
    expect(await shop()).toContain('2.0.0');
  });

  async function ask(id: string, tag: string): Promise<string> {
    const run = await fire(database.knex, {
      ...{ id, sensor: asking, data: { tag }, mode: 'propose' },
    });
    test.nudges.send('runs');
    return run;
  }

  /** The older change tells what became of what was on its pull request; the newer run waits on another one. */
  async function getsItsOwn(newer: string, end: string) {
    await waitForExpect(async () => {
      expect(await changes()).toMatchObject([
        { state: 'ended', end, revision: 1, title: 'Run older' },
        { state: 'waiting', revision: 1, title: 'Run newer' },
      ]);
    }, 30_000);
    const [, change] = await changes();
    const members = await database
      .knex('effects')
      .where({ change_id: change.id })
      .pluck('run_id');
    expect(members).toEqual([newer]);
    expect((await test.reaches(newer, 'waiting')).end).toBeUndefined();
    return change;
  }

  function olderWaits(): Promise<unknown> {
    return waitForExpect(async () => {
      expect(await changes()).toMatchObject([{ state: 'waiting' }]);
    }, 20_000);
  }

  async function nobodyLooks() {
    const later = Date.now() + 3_600_000;
    await database.knex('changes').update({ due_at: later });
    return changes();
  }

  async function lookNow() {
    await makeDue(database.knex);
    test.nudges.send('changes');
  }

  function changes(): Promise<any[]> {
    return database.knex('changes').orderBy('seq');
  }

  function shop(): Promise<string> {
    return git(test.bare, 'show', 'main:apps/shop.yaml');
  }
});
