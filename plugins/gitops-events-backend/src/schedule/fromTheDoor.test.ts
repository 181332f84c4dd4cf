import type { EventView } from '@gitops-events/plugin-gitops-events-common';
import waitForExpect from 'wait-for-expect';
import { startPlugin } from '../__testUtils__/startPlugin';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(60_000);

/** Active hours and freezes, from the door to the sentence that people read. */

const today = (new Date().getUTCDay() + 6) % 7;
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const another = days[(today + 3) % 7];

function sensor(name: string, spec: string) {
  return `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: ${name}, title: Deploy, owner: 'group:default/platform' }
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
`;
}

const sensors = {
  'waits.yaml': sensor(
    'waits',
    `  schedule: { active: [{ days: [${another}] }] }`,
  ),
  'drops.yaml': sensor(
    'drops',
    `  schedule: { active: [{ days: [${another}] }], outside: drop }`,
  ),
  'frozen.yaml': sensor('frozen', '  target: { environment: production }'),
};

const databases = testDatabases();

describe.each(databaseKinds)('active hours on %s, door to door', kind => {
  let plugin: Awaited<ReturnType<typeof startPlugin>>;
  let frozenUntil = 0;

  beforeAll(async () => {
    frozenUntil = Date.now() + 15_000;
    plugin = await startPlugin({
      knex: await databases.empty(kind),
      sensors,
      files: { 'apps/shop.yaml': 'waits: none\ndrops: none\nfrozen: none\n' },
      gitopsEvents: {
        targets: {
          production: {
            class: 'production',
            mode: 'auto',
            freeze: [
              {
                from: '2020-01-01',
                to: new Date(frozenUntil).toISOString(),
                reason: 'inventory',
              },
            ],
          },
        },
      },
    });
  });
  afterAll(() => plugin.stop());

  const send = async (type: string) => {
    const event = {
      specversion: '1.0',
      id: `${type} ${kind}`,
      source: '/registry',
      type: `io.example.${type}`,
      data: {},
    };
    const { body } = await plugin
      .send('application/cloudevents-batch+json', JSON.stringify([event]))
      .expect(202);
    return body.events[0].uid as string;
  };
  const view = (uid: string): Promise<EventView> => plugin.get(`events/${uid}`);

  it('tells who waits until when, drops what is to be dropped, and goes on after a freeze', async () => {
    const [waits, drops, frozen] = [
      await send('waits'),
      await send('drops'),
      await send('frozen'),
    ];
    await waitForExpect(async () => {
      const { summary, settled } = await view(waits);
      expect(summary.sentence).toMatch(
        new RegExp(
          `Waits until ${another} .* 00:00 UTC: outside the active hours of Deploy`,
          'i',
        ),
      );
      expect(settled).toBe(false);
      expect((await view(frozen)).summary.sentence).toMatch(
        /Waits until .* UTC: frozen, inventory/,
      );
      expect(await view(drops)).toMatchObject({
        settled: true,
        decisions: [
          { outcome: 'suppressed', reason: { code: 'outsideHours' } },
        ],
      });
    }, 20_000);
    await waitForExpect(async () => {
      expect((await view(frozen)).settled).toBe(true);
    }, 30_000);
    expect(await plugin.git('show', 'main:apps/shop.yaml')).toBe(
      `waits: none\ndrops: none\nfrozen: frozen ${kind}`,
    );
    expect(Date.now()).toBeGreaterThanOrEqual(frozenUntil);
  });
});
