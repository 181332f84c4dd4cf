import path from 'node:path';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { mockServices } from '@backstage/backend-test-utils';
import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { Action } from '@gitops-events/plugin-gitops-events-node';
import { z } from 'zod';
import { testConfig } from './__testUtils__/testEngine';
import { Extensions } from './extensions';
import { temporaryFolder } from './git/__testUtils__/gitCommand';
import { createService, type Service } from './service';
import { databaseKinds, testDatabases } from './store/testDatabases';
import { readLagOf } from './timeline/readLag';
import { silentLogger } from './__testUtils__/testLogger';

jest.setTimeout(120_000);

/**
 * One sensor with an expensive filter, one with an expensive input, one whose
 * window tells its runs at great expense, one whose action hangs, one in a storm:
 * each of an ingress of its own, beside a calm one.
 */

const databases = testDatabases();
const names = [
  'costly',
  'inputs',
  'windowed',
  'hanging',
  'stormy',
  'calm',
] as const;
type Name = (typeof names)[number];

const ingresses = names.map(name => ({
  ...testConfig.ingresses[0],
  name,
  sources: [`/${name}`],
}));
/** Some 90,000 comparisons: much, and within the deadline. */
const expensive = 'event.data.list.all(a, event.data.list.all(b, a + b >= 0))';
const list = Array.from({ length: 300 }, (_, n) => n);
const data = Buffer.from(JSON.stringify({ list }));

const actions: { [N in Name]?: string } = {
  hanging: 'hang',
  inputs: 'once',
  windowed: 'once',
};

const sensor = (name: Name) => `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: ${name}, owner: 'group:default/platform' }
spec:
  mode: auto
  dependencies:
    - name: came
      ingress: ${name}
      type: test.event${name === 'costly' ? `\n      filter: ${expensive}` : ''}
${name === 'windowed' ? `  window: { batch: { size: 2, within: 1h } }\n  params: { all: '\${{ ${expensive} }}' }` : ''}
  steps:
    - id: act
      action: ${actions[name] ?? 'quick'}
      input: ${name === 'inputs' ? `{ all: '\${{ ${expensive} }}' }` : '{}'}
`;

const action = (id: string, until: Promise<unknown>): Action<any> => ({
  id,
  description: 'Waits, and does nothing.',
  input: z.object({}),
  safety: 'look',
  run: async () => {
    await until;
    return { outcome: 'done' };
  },
});

/** By run: whether its claim was over. */
const calls = new Map<string, boolean[]>();
const once: Action<any> = {
  id: 'once',
  description: 'Must not be called twice.',
  input: z.object({ all: z.boolean().optional() }),
  safety: 'none',
  run: async ({ runId, signal }) => {
    calls.set(runId, [...(calls.get(runId) ?? []), signal.aborted]);
    return { outcome: 'done' };
  },
};

describe.each(databaseKinds)('sensors beside each other on %s', kind => {
  let folder: string;
  let service: Service;
  let letGo: () => void;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const sensors = path.join(folder, 'sensors');
    await mkdir(sensors);
    for (const name of names) {
      await writeFile(path.join(sensors, `${name}.yaml`), sensor(name));
    }
    const extensions = new Extensions();
    const free = new Promise<void>(done => {
      letGo = done;
    });
    extensions.addAction(action('hang', free));
    extensions.addAction(action('quick', Promise.resolve()));
    extensions.addAction(once);
    calls.clear();
    const knex = await databases.empty(kind);
    const boundary = { ...testConfig.boundaries[0], ingresses: [...names] };
    service = await createService({
      config: {
        ...testConfig,
        ingresses,
        boundaries: [boundary],
        sensors: { locations: [{ folder: sensors }], refreshSeconds: 30 },
        local: { directory: path.join(folder, 'git'), repositories: [] },
        audit: {
          ...testConfig.audit,
          repository: path.join(folder, 'audit.git'),
        },
        limits: { ...testConfig.limits, expressionMs: 30_000 },
      },
      database: { getClient: async () => knex },
      urlReader: mockServices.urlReader.mock(),
      extensions,
      logger: silentLogger(),
      ownersOf: async () => new Map(),
    });
    await service.start();
  });
  afterAll(async () => {
    letGo();
    await service.stop();
    await rm(folder, { recursive: true });
  });

  let number = 0;
  const publish = (ingress: Name, count: number) =>
    service.bus.publish(
      Array.from({ length: count }, () => {
        number += 1;
        const source = `/${ingress}`;
        return incomingEvent({
          ...{ id: `e${number}`, ingress, source, type: 'test.event', data },
        });
      }),
    );
  const ended = async (name: Name) => {
    const { knex } = service.database;
    const rows = await knex('runs').where({ sensor: name }).select('end');
    return rows.filter(({ end }) => end === 'done').length;
  };
  const until = async (enough: () => Promise<boolean>) => {
    while (!(await enough())) await new Promise(done => setTimeout(done, 20));
  };
  const lagOf = (name: Name) =>
    readLagOf(
      { knex: service.database.knex, bus: service.bus },
      { dependencies: [{ name: 'came', ingress: name, type: 'test.event' }] },
    );

  it('do not keep each other waiting, and the one that lags shows it', async () => {
    await publish('costly', 400);
    await publish('inputs', 40);
    await publish('windowed', 40);
    await publish('hanging', 400);
    await publish('stormy', 1_000);
    for (let n = 1; n <= 10; n++) {
      await publish('calm', 1);
      await until(async () => (await ended('calm')) === n);
    }
    await until(async () => (await ended('stormy')) === 1_000);
    // All that while one hung and one was being asked.
    expect(await ended('hanging')).toBe(0);
    expect(await ended('costly')).toBeLessThan(400);
    expect(await lagOf('costly')).toBeGreaterThan(0);
    expect(await lagOf('calm')).toBe(0);
    expect(await lagOf('stormy')).toBe(0);
    letGo();
    await until(async () => (await ended('hanging')) === 400);
    // Nothing began when its claim was over, so nothing began twice.
    await until(async () => (await ended('inputs')) === 40);
    await until(async () => (await ended('windowed')) === 20);
    expect([...calls.values()]).toEqual(Array(60).fill([false]));
  });
});
