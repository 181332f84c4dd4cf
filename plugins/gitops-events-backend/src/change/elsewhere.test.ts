import { rm } from 'node:fs/promises';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import {
  startTestEngine,
  testConfig,
  type TestEngine,
} from '../__testUtils__/testEngine';
import { git, temporaryFolder } from '../git/__testUtils__/gitCommand';
import { LocalHost } from '../git/localHost';
import { encodeText } from '../render/text';
import type { Database } from '../store/database';
import { readRun } from '../store/readRun';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { warningLogger } from '../__testUtils__/testLogger';

/* Templates of another repository, from the run to the branch. */
jest.setTimeout(120_000);

const repository = 'local:templates';
const sensor = (name: string, edit: object): SensorInput => ({
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name, owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    steps: [
      {
        id: 'write',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          edits: [edit as never],
        },
      },
    ],
  },
});
const template = { kind: 'template', repo: repository, into: 'apps/web' };
const made = sensor('made', { ...template, from: 'service' });
const other = sensor('other', { ...template, from: 'secrets' });
const plain = sensor('plain', {
  ...{ kind: 'yaml', file: 'apps/shop.yaml', set: { tag: '2.0.0' } },
});

const databases = testDatabases();

describe.each(databaseKinds)('templates of another repository, on %s', kind => {
  let database: Database;
  let test: TestEngine;
  let templates: LocalHost;
  let directory: string;
  let fails: boolean;
  let asked: number;

  beforeEach(async () => {
    fails = false;
    asked = 0;
    directory = await temporaryFolder();
    templates = await startTemplates(directory);
    database = await databases.open(kind);
    for (const one of [made, other, plain]) {
      await storeSensor(database.knex, one);
    }
    const [boundary] = testConfig.boundaries;
    const grant = { repo: repository, branches: ['main'], paths: ['service/'] };
    test = await startTestEngine(database, {
      seed: { 'apps/shop.yaml': 'tag: "1.0.0"\n' },
      boundaries: [{ ...boundary, reads: [grant] }],
      wrap: host =>
        new Proxy(host, {
          get(_, key: keyof ChangeHost) {
            if (typeof host[key] !== 'function') return host[key];
            if (key === 'serves') return () => true;
            return async (...args: any[]) => {
              const elsewhere = args[0] === repository;
              if (elsewhere) asked += 1;
              if (elsewhere && fails) throw new Error('No answer.');
              const one: any = elsewhere ? templates : host;
              return one[key](...args);
            };
          },
        }),
    });
  });
  afterEach(async () => {
    await test.stop();
    await templates.stop();
    await rm(directory, { recursive: true });
  });

  const start = async (id: string, of: SensorInput) => {
    const run = await fire(database.knex, { id, sensor: of });
    test.nudges.send('runs');
    return run;
  };
  const fileOf = (path: string) => git(test.bare, 'show', `main:${path}`);

  it('are rendered as they are now, where the boundary lets them be read', async () => {
    await test.reaches(await start('one', made), 'applied');
    expect(await fileOf('apps/web/ns.yaml')).toBe('name: first');
    await commit(templates, { 'service/ns.yaml': 'name: second\n' });
    await test.reaches(await start('two', made), 'applied');
    expect(await fileOf('apps/web/ns.yaml')).toBe('name: second');
  });

  it('are not asked for where it does not', async () => {
    const run = await test.reaches(await start('one', other), 'held');
    expect(run.reason).toMatchObject({ code: 'notAllowed' });
    expect(run.reason!.message).toContain('"secrets/"');
    expect(asked).toBe(0);
  });

  it('that cannot be read keep only those waiting that need them', async () => {
    fails = true;
    const waits = await start('one', made);
    await waitForExpect(() => expect(asked).toBeGreaterThan(0), 20_000);
    await test.reaches(await start('two', plain), 'applied');
    expect(await readRun(database.knex, waits)).toMatchObject({
      state: 'waiting',
    });
    fails = false;
    await test.reaches(waits, 'applied');
    expect(await fileOf('apps/web/ns.yaml')).toBe('name: first');
  });
});

async function startTemplates(directory: string): Promise<LocalHost> {
  const host = await LocalHost.create({
    config: {
      directory,
      repositories: [{ name: 'templates', branch: 'main' }],
    },
    author: testConfig.author,
    logger: warningLogger(),
  });
  await commit(host, {
    'service/ns.yaml': 'name: first\n',
    'secrets/key.yaml': 'key: 1\n',
  });
  return host;
}

async function commit(
  host: LocalHost,
  files: Record<string, string>,
): Promise<void> {
  const head = (await host.head(repository, 'main'))!;
  await host.commit({
    ...{ repository, branch: 'main', expectedHead: head, parent: head },
    ...{ message: 'Templates\n', author: testConfig.author },
    time: 1_700_000_000,
    files: Object.entries(files).map(([path, text]) => ({
      ...{ path, mode: '100644', content: encodeText(text) },
    })),
  });
}
