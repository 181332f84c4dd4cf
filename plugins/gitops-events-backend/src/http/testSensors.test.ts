import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Knex } from 'knex';
import { testConfig } from '../__testUtils__/testEngine';
import { git, temporaryFolder } from '../git/__testUtils__/gitCommand';
import { LocalHost } from '../git/localHost';
import { activate, testSensor } from '../pipeline/testSensor';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { seedEvent, seedSensor } from '../timeline/__testUtils__/seed';
import { startApi } from './__testUtils__/startApi';
import { warningLogger } from '../__testUtils__/testLogger';

jest.setTimeout(60_000);

const yaml = `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: promote, owner: group:default/platform }
spec:
  mode: auto
  dependencies:
    - name: asked
      ingress: test
      type: test.event
      filter: event.data.tag != "latest"
  dedupe: { key: event.data.tag }
  steps:
    - id: bump
      action: git:change
      input:
        repo: local:deployments
        edits:
          - kind: yaml
            file: apps/shop.yaml
            set: { image.tag: "\${{ event.data.tag }}" }
        merge: { when: 'event.data.tag != "2.0.0"', approvals: 2 }
    - id: sync
      if: steps.bump.outputs.mergesItself
      action: sync:wait
`;
const event = (data: object) => ({
  event: { source: '/test', type: 'test.event', data },
});

const databases = testDatabases();

describe.each(databaseKinds)('POST /v1/sensors/test on %s', kind => {
  let knex: Knex;
  let folder: string;
  let host: LocalHost;
  let api: Awaited<ReturnType<typeof startApi>>;

  beforeAll(async () => {
    ({ knex } = await databases.open(kind));
    folder = await temporaryFolder();
    host = await LocalHost.create({
      config: {
        directory: folder,
        repositories: [{ name: 'deployments', branch: 'main' }],
      },
      author: testConfig.author,
      logger: warningLogger(),
    });
    const parent = (await host.head('local:deployments', 'main'))!;
    await host.commit({
      repository: 'local:deployments',
      branch: 'main',
      expectedHead: parent,
      parent,
      files: [
        {
          path: 'apps/shop.yaml',
          mode: '100644',
          content: Buffer.from('image:\n  tag: 1.0.0\n'),
        },
      ],
      message: 'Seed\n',
      author: testConfig.author,
      time: 1_700_000_000,
    });
    api = await startApi(knex, [host]);
  });

  afterAll(async () => {
    await api.stop();
    await host.stop();
    await rm(folder, { recursive: true });
  });

  /** All that a test could have left behind: rows, refs, objects. */
  const everything = async () => {
    const tables: Array<{ name: string }> =
      kind === 'sqlite'
        ? await knex('sqlite_master').where({ type: 'table' }).select('name')
        : await knex('pg_catalog.pg_tables')
            .whereRaw('schemaname = current_schema()')
            .select('tablename as name');
    const rows: Record<string, number> = {};
    for (const { name } of tables) {
      const [{ count }] = await knex(name).count('* as count');
      rows[name] = Number(count);
    }
    const bare = path.join(folder, 'deployments.git');
    return {
      rows,
      refs: await git(bare, 'for-each-ref'),
      objects: await git(
        bare,
        'cat-file',
        '--batch-all-objects',
        '--batch-check',
      ),
    };
  };
  const test = async (body: object) => {
    const response = await api.call('platform', 'testSensors', { body });
    return response.body;
  };

  it('shows what each part of a filter came to, secrets masked', async () => {
    const guarded = yaml.replace(
      'filter: event.data.tag != "latest"',
      'filter: event.data.tag != "latest" && event.data.token == "hunter2"',
    );

    const { decisions } = await api.read('testSensors', {
      body: {
        yaml: guarded,
        events: [event({ tag: '1.1.0', token: 'hunter2' })],
      },
    });

    const [asked] = decisions[0].dependencies;
    expect(asked).toMatchObject({ name: 'asked', listens: true });
    expect(asked.parts.map(({ text, value }: any) => [text, value])).toEqual(
      expect.arrayContaining([
        ['event.data.tag', '1.1.0'],
        ['event.data.token', '••••••'],
      ]),
    );
  });

  it('shows decisions, inputs, diffs and whom a change waits for, and leaves nothing behind', async () => {
    const before = await everything();
    expect(Object.keys(before.rows).length).toBeGreaterThan(10);

    const { decisions } = await api.read('testSensors', {
      body: {
        yaml,
        events: [
          event({ tag: 'latest' }),
          event({ tag: '1.1.0' }),
          event({ tag: '1.1.0' }),
          event({ tag: '2.0.0' }),
        ],
      },
    });

    expect(
      decisions.map(({ event: at, outcome, reason }: any) => [
        at,
        outcome,
        reason.code,
      ]),
    ).toEqual([
      [0, 'notMatched', 'filterFalse'],
      [1, 'fired', 'fired'],
      [2, 'suppressed', 'duplicate'],
      [3, 'fired', 'fired'],
    ]);
    const [, merges, , waits] = decisions;
    expect(merges.run.steps).toMatchObject([
      {
        id: 'bump',
        input: { base: 'main', edits: [{ set: { 'image.tag': '1.1.0' } }] },
        change: {
          files: [
            { path: 'apps/shop.yaml', content: 'image:\n  tag: 1.1.0\n' },
          ],
          diff: [{ patch: expect.stringContaining('-  tag: 1.0.0\n') }],
          mergesItself: true,
          whyNot: [],
        },
      },
      { id: 'sync', input: {} },
    ]);
    // The one before merges by itself, so this one is rendered on its result.
    expect(waits.run.steps[0].change).toMatchObject({
      diff: [{ patch: expect.stringContaining('-  tag: 1.1.0\n') }],
      mergesItself: false,
      whyNot: ['Its `merge.when` is not true.'],
      waitsFor: 'Waits for 2 approvals.',
    });
    expect(waits.run.steps[1].skipped.code).toBe('ifFalse');
    expect(await everything()).toEqual(before);
  });

  it('says what a run would be held for', async () => {
    const { decisions } = await test({
      yaml: yaml.replace('apps/shop.yaml', 'apps/${{ event.data.app }}.yaml'),
      events: [event({ tag: '1', app: 'gone' }), event({ tag: '2' })],
    });
    expect(decisions.map(({ run }: any) => run.steps)).toMatchObject([
      [{ id: 'bump', held: { code: 'fileMissing' } }],
      [{ id: 'bump', held: { code: 'missingField' } }],
    ]);
  });

  it('says until when a run would wait', async () => {
    const { decisions } = await test({
      yaml: yaml.replace(
        '  steps:',
        '  schedule: { timeZone: Europe/Berlin, active: [{ days: [mon-fri], from: "08:00" }] }\n  steps:',
      ),
      events: [
        { ...event({ tag: '1' }), acceptedAt: '2026-11-22T10:00:00Z' },
        { ...event({ tag: '2' }), acceptedAt: '2026-11-23T10:00:00Z' },
      ],
    });
    expect(decisions).toMatchObject([
      {
        outcome: 'fired',
        run: {
          waits: {
            message:
              'Waits until Mon 23 Nov 2026 08:00 Europe/Berlin: outside the active hours of promote.',
          },
        },
      },
      { outcome: 'fired' },
    ]);
    expect(decisions[1].run).not.toHaveProperty('waits');
  });

  it('takes another time for that at which the events came', async () => {
    await activate(knex, [
      testSensor('office', {
        dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
        schedule: { active: [{ days: ['mon-fri'] }], outside: 'hold' },
      }),
    ]);
    const uid = await seedEvent(knex, {
      id: 'some time',
      ingress: 'test',
      type: 'test.event',
    });
    const asked = async (at: string) => {
      const { decisions } = await api.read('testSensors', {
        body: { sensor: 'office', uids: [uid], at },
      });
      return decisions[0].run.held?.message;
    };
    expect(await asked('2026-11-22T12:00:00+01:00')).toMatch(
      /which begin again Mon 23 Nov 2026 00:00 UTC/,
    );
    expect(await asked('2026-11-23T00:30:00+01:00')).toMatch(/Mon 23 Nov/);
    expect(await asked('2026-11-23T12:00:00Z')).toBeUndefined();
  });

  it('points at the line and column of what is wrong', async () => {
    const wrong = await test({
      yaml: yaml.replace('mode: auto', 'mode: automatic'),
      events: [event({})],
    });
    expect(wrong).toMatchObject({
      status: 422,
      errors: [{ pointer: '/yaml', line: 5, column: 9, rule: 'schema' }],
    });
    const beyond = await test({
      yaml: yaml.replace('apps/shop.yaml', 'secrets/shop.yaml'),
      events: [event({})],
    });
    expect(beyond.errors).toMatchObject([{ rule: 'boundary', line: 19 }]);
  });

  it('refuses what is too much or not an event', async () => {
    const hundredAndOne = Array.from({ length: 101 }, () => event({}));
    expect((await test({ yaml, events: hundredAndOne })).status).toBe(400);
    expect((await test({ yaml, events: [] })).status).toBe(400);
    expect(
      (await test({ yaml, sensor: 'x', events: [event({})] })).status,
    ).toBe(400);
    expect(await test({ yaml, events: [{ event: { id: '' } }] })).toMatchObject(
      {
        status: 400,
        errors: [
          { pointer: '/events/0/event/type' },
          { pointer: '/events/0/event/id' },
        ],
      },
    );
  });

  it('refuses an event that is there twice', async () => {
    const same = { event: { ...event({ tag: '1' }).event, id: 'same' } };
    const body = await test({ yaml, events: [same, same] });
    expect(body).toMatchObject({ status: 400 });
    expect(body.detail).toContain('Event 2 has the source and id');
  });

  it('lets nobody look through the eyes of another owner', async () => {
    const body = { yaml, events: [event({ tag: '1' })] };
    const foreign = await api.call('owner', 'testSensors', { body });
    expect(foreign.status).toBe(403);
    expect(JSON.stringify(foreign.body)).not.toContain('apps/');

    await seedSensor(knex, { name: 'mine', owner: 'group:default/shop' });
    const uid = await seedEvent(knex, {
      id: 'theirs',
      ownerRef: 'group:default/payments',
    });
    const stored = { sensor: 'mine', uids: [uid] };
    const theirs = await api.call('owner', 'testSensors', { body: stored });
    expect(theirs.status).toBe(404);
    const platform = await api.call('platform', 'testSensors', {
      body: stored,
    });
    expect(platform.status).toBe(200);
    expect(platform.body.decisions).toMatchObject([
      { eventUid: uid, sensor: 'mine' },
    ]);
  });

  it('cuts off an expression that does not end, and goes on', async () => {
    const slow =
      'event.data.list.all(a, event.data.list.all(b, event.data.list.size() * a * b >= 0))';
    const list = Array.from({ length: 6_000 }, (_, at) => at);
    const { decisions } = await test({
      yaml: yaml.replace('event.data.tag != "latest"', slow),
      events: [event({ list, tag: '1' }), event({ list: [1], tag: '1' })],
    });
    expect(decisions).toMatchObject([
      { outcome: 'held', reason: { code: 'deadline' } },
      { outcome: 'fired' },
    ]);
  });
});
