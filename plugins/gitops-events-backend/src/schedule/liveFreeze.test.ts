import type {
  ChangeView,
  EventView,
} from '@gitops-events/plugin-gitops-events-common';
import waitForExpect from 'wait-for-expect';
import { startPlugin } from '../__testUtils__/startPlugin';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(90_000);

/** Freezes that are declared, and taken away, while the portal runs. */

const sensor = (
  name: string,
  spec: string,
  merge = '',
) => `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: ${name}, owner: 'group:default/platform' }
spec:
  mode: auto
  dependencies:
    - { name: pushed, ingress: registry, type: io.example.${name} }
${spec}
  steps:
    - id: write
      action: git:change
      input:
        repo: local:deployments
        edits:
          - { kind: yaml, file: apps/shop.yaml, set: { ${name}: '\${{ event.id }}' } }
        pullRequest: { title: '\${{ run.title }}' }
        ${merge}
`;

const sensors = {
  'slow.yaml': sensor(
    'slow',
    `  target: { environment: production }
  rateLimit: { max: 1, per: 3s, over: delay }`,
  ),
  'asked.yaml': sensor(
    'asked',
    '  target: { environment: production }',
    `merge: { when: 'false' }`,
  ),
  'batch.yaml': sensor(
    'batch',
    `  target: { environment: '\${{ event.data.environment }}' }
  window: { key: event.id, batch: { size: 1, within: 1m } }`,
  ),
};

const targets = (freeze: object[] = []) => ({
  production: { class: 'production', mode: 'auto', freeze },
  staging: { class: 'staging', mode: 'auto' },
});
const inventory = { from: '2020-01-01', to: '2099-12-30', reason: 'inventory' };

const databases = testDatabases();

describe.each(databaseKinds)('freezes that come and go, on %s', kind => {
  let plugin: Awaited<ReturnType<typeof startPlugin>>;

  beforeEach(async () => {
    plugin = await startPlugin({
      knex: await databases.empty(kind),
      sensors,
      files: { 'apps/shop.yaml': 'slow: none\nbatch: none\nasked: none\n' },
      gitopsEvents: { targets: targets() },
    });
  });
  afterEach(() => plugin.stop());

  const send = async (type: string, id: string, data = {}) => {
    const event = {
      specversion: '1.0',
      id,
      source: '/registry',
      type: `io.example.${type}`,
      data,
    };
    const { body } = await plugin
      .send('application/cloudevents-batch+json', JSON.stringify([event]))
      .expect(202);
    return body.events[0].uid as string;
  };
  const view = (uid: string): Promise<EventView> => plugin.get(`events/${uid}`);
  const settles = (uid: string) =>
    waitForExpect(async () => {
      expect((await view(uid)).settled).toBe(true);
    }, 20_000);
  const frozen = (uid: string) =>
    waitForExpect(async () => {
      expect((await view(uid)).summary.sentence).toMatch(
        /Waits until .*: frozen, inventory/,
      );
    }, 20_000);

  it('stop a run that was made before, and let it go when they are gone', async () => {
    await settles(await send('slow', 'first'));
    const second = await send('slow', 'second');
    await waitForExpect(async () => {
      expect(await view(second)).toMatchObject({
        decisions: [{ outcome: 'fired' }],
      });
    }, 10_000);
    plugin.reconfigure({ targets: targets([inventory]) });
    await frozen(second);
    expect(await plugin.git('show', 'main:apps/shop.yaml')).toContain(
      'slow: first',
    );
    plugin.reconfigure({ targets: targets() });
    await settles(second);
    expect(await plugin.git('show', 'main:apps/shop.yaml')).toContain(
      'slow: second',
    );
  });

  it('let a run go that was made in them, when they are gone', async () => {
    plugin.reconfigure({ targets: targets([inventory]) });
    const uid = await send('slow', 'meanwhile');
    await frozen(uid);
    plugin.reconfigure({ targets: targets() });
    await settles(uid);
    expect(await plugin.git('show', 'main:apps/shop.yaml')).toContain(
      'slow: meanwhile',
    );
  });

  it('let a change that was approved meanwhile merge itself when they are gone', async () => {
    const uid = await send('asked', 'first');
    const change = async (code: string): Promise<ChangeView> => {
      let found: ChangeView | undefined;
      await waitForExpect(async () => {
        const { items } = await plugin.get('changes?state=open');
        expect(items[0]?.reason?.code).toBe(code);
        found = items[0];
      }, 20_000);
      return found!;
    };
    const { id, version } = await change('approval');
    const { diffHash } = await plugin.get(`changes/${id}/diff`);
    plugin.reconfigure({ targets: targets([inventory]) });
    await plugin
      .post(`changes/${id}/approve`, 'otherDeveloper', { version, diffHash })
      .expect(200);
    await change('freeze');
    plugin.reconfigure({ targets: targets() });
    await settles(uid);
    expect(await plugin.git('show', 'main:apps/shop.yaml')).toContain(
      'asked: first',
    );
  });

  it('hold back of a window what lands there, and nothing else', async () => {
    plugin.reconfigure({ targets: targets([inventory]) });
    const probe = await send('slow', 'probe');
    await frozen(probe);
    const there = await send('batch', 'there', { environment: 'production' });
    await frozen(there);
    await settles(await send('batch', 'elsewhere', { environment: 'staging' }));
    expect((await view(there)).settled).toBe(false);
    expect(await plugin.git('show', 'main:apps/shop.yaml')).toContain(
      'batch: elsewhere',
    );
  });
});
