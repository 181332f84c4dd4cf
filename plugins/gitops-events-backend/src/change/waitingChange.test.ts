import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git } from '../git/__testUtils__/gitCommand';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';

/* Newer runs of a change key whose pull request waits for a person. */
jest.setTimeout(120_000);

const set = (name: string, values: Record<string, string>): SensorInput => ({
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name, owner: 'group:default/platform' },
  spec: {
    mode: 'propose',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    steps: [
      {
        id: 'write',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          key: 'shop',
          edits: [{ kind: 'yaml', file: 'apps/shop.yaml', set: values }],
        },
      },
    ],
  },
});
const topics = set('topics', { 'topics[+]': '${{ event.data.value }}' });
const tags = set('tags', { tag: '${{ event.data.value }}' });

const noTooMuch: PolicyCheck = {
  name: 'too much',
  check: async ({ files }) => {
    const text = files.map(({ content }) => Buffer.from(content)).join('');
    const denied = text.includes('orders') && text.includes('everything');
    return {
      check: 'too much',
      verdict: denied ? 'deny' : 'pass',
      reasons: denied ? ['Not both.'] : [],
    };
  },
};

const databases = testDatabases();

describe.each(databaseKinds)('a change that waits, on %s', kind => {
  let database: Database;
  let test: TestEngine;

  beforeEach(async () => {
    database = await databases.open(kind);
    test = await startTestEngine(database, {
      seed: { 'apps/shop.yaml': 'tag: "0"\ntopics:\n  - base\n' },
      checks: [noTooMuch],
    });
    for (const sensor of [topics, tags]) {
      await storeSensor(database.knex, sensor);
    }
  });
  afterEach(() => test.stop());

  const ask = async (sensor: SensorInput, value: string) => {
    const run = await fire(database.knex, {
      ...{ id: value, sensor, data: { value }, mode: 'propose' },
    });
    test.nudges.send('runs');
    return run;
  };
  const reachesRevision = (revision: number) =>
    waitForExpect(async () => {
      const changes = await database.knex('changes');
      expect(changes.map(one => [one.state, Number(one.revision)])).toEqual([
        ['waiting', revision],
      ]);
    }, 30_000);
  const proposed = async () => {
    const { branch } = await database.knex('changes').first();
    return git(test.bare, 'show', `${branch}:apps/shop.yaml`);
  };
  const merge = async () => {
    const { id, version } = await database.knex('changes').first();
    const { diff_hash: diffHash } = await database
      .knex('change_revisions')
      .orderBy('revision', 'desc')
      .first();
    const by = 'user:default/pia';
    await test.engine.decisions.approveChange({
      ...{ id, version: Number(version), diffHash, by },
    });
    await waitForExpect(async () => {
      const row = await database.knex('changes').first();
      expect(JSON.parse(row.reason).code).toBe('merge');
      const now = { id, version: Number(row.version), by };
      await test.engine.decisions.mergeChange(now);
    }, 30_000);
  };

  it('keeps what newer runs do not set again, and applies all of it', async () => {
    const first = await ask(topics, 'orders');
    await reachesRevision(1);
    const second = await ask(topics, 'payments');
    await reachesRevision(2);
    const third = await ask(tags, '1');
    await reachesRevision(3);
    const fourth = await ask(tags, '2');
    await reachesRevision(4);
    expect(await proposed()).toMatch(
      /^tag: ['"]?2['"]?\ntopics:\n {2}- base\n {2}- orders\n {2}- payments$/,
    );
    const { reason } = await test.reaches(third, 'superseded');
    expect(reason?.message).toContain('sets the same values');

    await merge();
    for (const run of [first, second, fourth]) {
      await test.reaches(run, 'applied');
    }
  });

  it('stays as it is when a newer run is denied together with it', async () => {
    const first = await ask(topics, 'orders');
    await reachesRevision(1);
    const before = await proposed();
    const denied = await test.reaches(await ask(topics, 'everything'), 'held');
    expect(denied.reason?.message).toContain('Not both.');
    await reachesRevision(1);
    expect(await proposed()).toBe(before);

    await ask(topics, 'payments');
    await reachesRevision(2);
    expect(await proposed()).toContain('  - orders\n  - payments');
    await merge();
    await test.reaches(first, 'applied');
  });
});
