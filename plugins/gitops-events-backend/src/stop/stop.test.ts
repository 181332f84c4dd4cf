import type {
  ChangeHost,
  SyncTracker,
} from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git, temporaryFolder } from '../git/__testUtils__/gitCommand';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(120_000);

const pia = 'user:default/pia';
const all = { scope: { kind: 'all' as const }, reason: 'A bad image', by: pia };
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
          merge: { approvals: 0 },
          edits: [
            {
              kind: 'yaml',
              file: 'apps/${{ event.data.app }}.yaml',
              set: { tag: '${{ event.data.tag }}' },
            },
          ],
        },
      },
    ],
  },
};
const withSync: SensorInput = {
  ...sensor,
  spec: {
    ...sensor.spec,
    steps: [...sensor.spec.steps, { id: 'sync', action: 'sync:wait' }],
  },
};
const targets = {
  staging: { class: 'staging', mode: 'auto' },
  testing: { class: 'dev', mode: 'auto' },
} as const;
const writes = ['commit', 'propose', 'merge', 'close'] as const;
type Write = (typeof writes)[number];

const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('It did not happen');
    await new Promise(done => setTimeout(done, 20));
  }
};

/** A host that tells of each write when it begins. */
function told(host: ChangeHost, begins: (write: Write) => unknown): ChangeHost {
  return new Proxy(host, {
    get: (_, name) => {
      const found = host[name as keyof ChangeHost];
      if (typeof found !== 'function') return found;
      const call = (found as Function).bind(host);
      if (!writes.includes(name as Write)) return call;
      return async (...args: unknown[]) => {
        await begins(name as Write);
        return call(...args);
      };
    },
  });
}

/** An application that follows all of main, and has applied what it was asked to. */
class AskedTracker implements SyncTracker {
  readonly name = 'asked';
  readonly requests: string[] = [];
  looks = 0;
  async applications() {
    return [{ application: 'shop', path: '' }];
  }
  async request(_: string, commit: string) {
    this.requests.push(commit);
  }
  async observe() {
    this.looks += 1;
    const revision = this.requests.at(-1);
    return [
      {
        application: 'shop',
        repository: 'local:deployments',
        branch: 'main',
        path: '.',
        revision,
        sync: revision ? ('synced' as const) : ('outOfSync' as const),
        health: 'healthy' as const,
        observedAt: Date.now(),
      },
    ];
  }
  watch() {}
}

describe.each(databaseKinds)('the stop switch on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let folder: string;
  let bare: string;
  let tests: TestEngine[];
  let begun: Write[];
  let during: (write: Write) => unknown;

  beforeEach(async () => {
    database = await databases.open(kind);
    folder = await temporaryFolder();
    bare = path.join(folder, 'deployments.git');
    tests = [];
    begun = [];
    during = () => {};
  });
  afterEach(async () => {
    await Promise.all(tests.map(test => test.stop()));
    await rm(folder, { recursive: true });
  });

  const start = async (
    more: Partial<Parameters<typeof startTestEngine>[1]> = {},
  ) => {
    const again =
      tests.length > 0 && kind === 'postgres'
        ? { ...database, knex: databases.again(database) }
        : database;
    const test = await startTestEngine(again, {
      folder,
      targets,
      wrap: host =>
        told(host, async write => {
          begun.push(write);
          await during(write);
        }),
      ...more,
    });
    tests.push(test);
    return test;
  };
  const ask = async (id: string, app: string, more: object = {}) => {
    const run = await fire(database.knex, {
      id,
      sensor,
      data: { app, tag: id },
      targets,
      ...more,
    });
    for (const { nudges } of tests) nudges.send('runs');
    return run;
  };
  const commitsEver = async () =>
    Number(await git(bare, 'rev-list', '--count', '--all'));
  const lift = async (id: string) => {
    const comment = 'The image is gone';
    const decision = { id, version: 1, by: pia, comment };
    await tests[0].engine.decisions.liftStop(decision);
  };
  const saidSo = (runId: string) =>
    until(async () => {
      const run = await database.knex('runs').where({ id: runId }).first();
      return JSON.parse(run.reason ?? '{}').code === 'stopped'
        ? run
        : undefined;
    });

  it('ends a storm at once, and lets it go on with nothing lost or doubled', async () => {
    await storeSensor(database.knex, sensor);
    const apps = Array.from({ length: 40 }, (_, index) => `app${index}`);
    const seed = Object.fromEntries(
      apps.map(app => [`apps/${app}.yaml`, 'tag: "0"\n']),
    );
    const [one] = [await start({ seed }), await start()];
    const runs: string[] = [];
    const storm = async (count: number, wave: string) => {
      for (let n = 0; n < count; n += 1) {
        const app = apps[n % apps.length];
        runs.push(await ask(`${wave}${n}`, app, { lane: app }));
      }
    };
    await storm(60, 'a');
    await until(async () => (begun.includes('merge') ? true : undefined));
    let stopping: Promise<string> | undefined;
    let callsBefore = 0;
    // Set in the middle of a call, which goes on meanwhile.
    during = write => {
      if (write !== 'commit') return;
      stopping ??= one.engine.decisions.setStop(all).finally(() => {
        callsBefore = begun.length;
      });
    };
    await storm(60, 'b');
    const id = (await until(async () => stopping))!;
    const before = { commits: await commitsEver(), calls: callsBefore };
    await storm(40, 'c');
    // All that a lane or a change in flight does not keep waits, and says why.
    await until(async () => {
      const moving = await database
        .knex('changes')
        .whereNot({ state: 'ended' })
        .whereNull('stop_id')
        .first();
      const quiet = await database
        .knex('runs as r')
        .whereIn('r.state', ['queued', 'running', 'waiting'])
        .where('r.due_at', '<=', Date.now())
        .whereNotExists(
          database
            .knex('runs as e')
            .select('e.id')
            .whereRaw('e.lane = r.lane and e.seq < r.seq')
            .whereRaw('e.blocks_lane = ?', [true]),
        )
        .first();
      return moving || quiet ? undefined : true;
    });
    // One base has one change on its way, so one call may be in flight.
    expect(begun.length - before.calls).toBeLessThanOrEqual(1);
    expect((await commitsEver()) - before.commits).toBeLessThanOrEqual(1);
    const stopped = { commits: await commitsEver(), calls: begun.length };
    await database.knex('changes').update({ due_at: 0 });
    await database.knex('runs').update({ due_at: 0 });
    for (const { nudges } of tests) nudges.send('changes', 'runs', 'effects');
    await until(async () => {
      const due = await database
        .knex('changes')
        .whereNot({ state: 'ended' })
        .where({ due_at: 0 })
        .first();
      return due ? undefined : true;
    });
    expect({ commits: await commitsEver(), calls: begun.length }).toEqual(
      stopped,
    );

    await lift(id);
    const ends = await Promise.all(
      runs.map(run => one.reaches(run, 'applied', 'superseded', 'alreadySo')),
    );
    expect(ends).toHaveLength(160);
    // The newest of each is there: applied in the order of its lane.
    for (const [index, app] of apps.entries()) {
      expect(await git(bare, 'show', `main:apps/${app}.yaml`)).toBe(
        `tag: "c${index}"`,
      );
    }
    const changes = await database.knex('changes');
    expect(changes.map(({ end }) => end)).toEqual(changes.map(() => 'merged'));
    const carried = await git(bare, 'log', '--format=%B', 'main');
    for (const change of changes) {
      expect(carried.split(change.id)).toHaveLength(2);
    }
  });

  it.each(['commit', 'propose', 'merge'] as const)(
    'writes nothing after the %s during which it is set',
    async write => {
      await storeSensor(database.knex, withSync);
      const tracker = new AskedTracker();
      const test = await start({
        seed: { 'apps/shop.yaml': 'tag: "0"\n' },
        trackers: [tracker],
      });
      let id: string | undefined;
      begun.length = 0;
      during = async now => {
        if (now === write) id ??= await test.engine.decisions.setStop(all);
      };
      const run = await ask('1', 'shop', { sensor: withSync });
      await until(async () => {
        const [change] = await database.knex('changes').whereNotNull('stop_id');
        const [sync] = await database
          .knex('change_syncs')
          .whereNotNull('stopped_at');
        return write === 'merge' ? sync : change;
      });
      const calls = ['commit', 'propose', 'merge'];
      expect(begun).toEqual(calls.slice(0, calls.indexOf(write) + 1));
      expect(tracker.requests).toEqual([]);

      await lift(id!);
      await test.reaches(run, 'applied');
      expect(begun).toEqual(calls);
      expect(tracker.requests).toHaveLength(1);
    },
  );

  it('does not count the time of a sync that it keeps from being asked for', async () => {
    await storeSensor(database.knex, withSync);
    const tracker = new AskedTracker();
    const test = await start({
      seed: { 'apps/shop.yaml': 'tag: "0"\n' },
      trackers: [tracker],
    });
    let id: string | undefined;
    during = async now => {
      if (now === 'merge') id ??= await test.engine.decisions.setStop(all);
    };
    const run = await ask('1', 'shop', { sensor: withSync });
    const sync = await until(() =>
      database.knex('change_syncs').whereNotNull('stopped_at').first(),
    );
    // As though an hour had passed.
    const hour = 3_600_000;
    await database.knex('change_syncs').update({
      stopped_at: Number(sync.stopped_at) - hour,
      deadline: Number(sync.stopped_at) - hour + 60_000,
    });
    await database.knex('runs').update({ due_at: 0 });
    test.nudges.send('runs');
    const looks = tracker.looks;
    await until(async () => (tracker.looks > looks + 2 ? true : undefined));
    expect(await saidSo(run)).toMatchObject({
      state: 'waiting',
      step_started_at: null,
    });
    await lift(id!);
    await test.reaches(run, 'applied');
  });

  it('stops one target and lets another go on to the same branch', async () => {
    await storeSensor(database.knex, sensor);
    const test = await start({
      seed: { 'apps/shop.yaml': 'tag: "0"\n', 'apps/cart.yaml': 'tag: "0"\n' },
    });
    let id: string | undefined;
    during = async now => {
      if (now !== 'commit' || id) return;
      const scope = { kind: 'environment', name: 'staging' } as const;
      id = await test.engine.decisions.setStop({ ...all, scope });
    };
    const inFlight = await ask('1', 'shop', { environment: 'staging' });
    await until(() => database.knex('changes').whereNotNull('stop_id').first());
    const behind = await ask('2', 'shop', { environment: 'staging' });
    const other = await ask('3', 'cart', { environment: 'testing' });

    await test.reaches(other, 'applied');
    const { reason } = await saidSo(behind);
    expect(JSON.parse(reason).message).toMatch(
      /^Waits: user:default\/pia stopped writing for environment staging at .* UTC: A bad image\. It goes on/,
    );
    expect(await git(bare, 'show', 'main:apps/shop.yaml')).toBe('tag: "0"');

    await lift(id!);
    await test.reaches(inFlight, 'applied');
    await test.reaches(behind, 'applied');
    expect(await git(bare, 'show', 'main:apps/shop.yaml')).toBe('tag: "2"');
  });

  it('stops a change for one of the several targets that it carries', async () => {
    await storeSensor(database.knex, sensor);
    const test = await start({
      seed: { 'apps/shop.yaml': 'tag: "0"\n', 'apps/cart.yaml': 'tag: "0"\n' },
    });
    const scope = { kind: 'repository', name: 'local:deployments' } as const;
    const first = await test.engine.decisions.setStop({ ...all, scope });
    const runs = [
      await ask('1', 'shop', { environment: 'staging' }),
      await ask('2', 'cart', { environment: 'testing' }),
    ];
    for (const run of runs) await saidSo(run);
    let second: string | undefined;
    during = async now => {
      if (now !== 'commit' || second) return;
      const staging = { kind: 'environment', name: 'staging' } as const;
      const asked = { ...all, scope: staging };
      second = await test.engine.decisions.setStop(asked);
    };
    begun.length = 0;
    await lift(first);
    await until(() => database.knex('changes').whereNotNull('stop_id').first());
    expect(await database.knex('effects').distinct('change_id')).toHaveLength(
      1,
    );
    expect(begun).toEqual(['commit']);
    await lift(second!);
    for (const run of runs) await test.reaches(run, 'applied');
  });

  it('keeps an action from being taken, gated or not, and lets a second person know', async () => {
    const ran: string[] = [];
    const action = {
      id: 'test:write',
      description: 'Writes.',
      input: z.object({}),
      safety: 'none' as const,
      timeout: '1m',
      async run({ runId }: { runId: string }) {
        ran.push(runId);
        return { outcome: 'done' as const };
      },
    };
    const writer = (name: string, more: object): SensorInput => ({
      ...sensor,
      metadata: { ...sensor.metadata, name },
      spec: {
        ...sensor.spec,
        ...more,
        steps: [{ id: 'write', action: 'test:write', input: {} }],
      },
    });
    const plain = writer('plain', {});
    const gated = writer('gated', { concurrency: { key: 'event.data.app' } });
    await storeSensor(database.knex, plain);
    await storeSensor(database.knex, gated);
    const test = await start({ actions: [action] });
    const { decisions } = test.engine;
    const id = await decisions.setStop(all);
    await expect(decisions.setStop(all)).rejects.toThrow(
      'All writing is stopped already, by user:default/pia: A bad image',
    );
    const runs = [
      await ask('1', 'shop', { sensor: plain }),
      await ask('2', 'shop', { sensor: gated, concurrencyKey: 'shop' }),
    ];
    for (const run of runs) {
      // No place taken, no time counted.
      expect(await saidSo(run)).toMatchObject({
        step_started_at: null,
        slot: null,
        attempt: 0,
      });
    }
    expect(ran).toEqual([]);
    const lines = await database.knex('timeline').where({ kind: 'stopped' });
    expect(lines.map(line => line.run_id).sort()).toEqual([...runs].sort());

    await expect(
      decisions.liftStop({ id, version: 7, by: pia, comment: 'Fine' }),
    ).rejects.toThrow('It changed meanwhile');
    await lift(id);
    await expect(lift(id)).rejects.toThrow(`${pia} lifted it meanwhile.`);
    for (const run of runs) await test.reaches(run, 'done');
    expect([...ran].sort()).toEqual([...runs].sort());
    const records = (await database.knex('chain').where({ stream: 'people' }))
      .flatMap(row => JSON.parse(row.records))
      .map(({ stop, ...record }) => record);
    expect(records).toEqual([
      {
        what: 'stop',
        kind: 'all',
        outcome: 'set',
        by: pia,
        reason: 'A bad image',
      },
      {
        what: 'stop',
        kind: 'all',
        outcome: 'lifted',
        by: pia,
        comment: 'The image is gone',
      },
    ]);
  });
});
