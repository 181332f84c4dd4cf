import type { ChangeView } from '@gitops-events/plugin-gitops-events-common';
import waitForExpect from 'wait-for-expect';
import { startPlugin } from './__testUtils__/startPlugin';
import type { Role } from './permissions/__testUtils__/people';
import { databaseKinds, testDatabases } from './store/testDatabases';

jest.setTimeout(60_000);

/** Two people ask for one change, each with an event of a join; only a third may approve it. */

const databases = testDatabases();

const sensor = `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: release, owner: 'group:default/platform' }
spec:
  mode: propose
  dependencies:
    - { name: asked, ingress: people, type: io.example.asked }
    - { name: seconded, ingress: people, type: io.example.seconded }
  window: { join: { within: 1h } }
  steps:
    - id: write
      action: git:change
      input:
        repo: local:deployments
        base: main
        edits:
          - kind: yaml
            file: apps/shop.yaml
            set: { tag: '\${{ events.asked.data.tag }}' }
        merge: { approvals: 1 }
        pullRequest: { title: Release }
`;

describe.each(databaseKinds)('four eyes on %s', kind => {
  let plugin: Awaited<ReturnType<typeof startPlugin>>;

  beforeAll(async () => {
    plugin = await startPlugin({
      knex: await databases.empty(kind),
      sensors: { 'release.yaml': sensor },
      files: { 'apps/shop.yaml': 'tag: none\n' },
    });
  });
  afterAll(() => plugin.stop());

  const onlyChange = async (): Promise<ChangeView> => {
    const { items } = await plugin.get('changes');
    expect(items).toHaveLength(1);
    return items[0];
  };

  it('are those of nobody who brought one of the events', async () => {
    await plugin.sendAs('owner', 'io.example.asked', { tag: '1.8.2' });
    await plugin.sendAs('platform', 'io.example.seconded', {});
    await waitForExpect(async () => {
      expect((await onlyChange()).state).toBe('waiting');
    }, 20_000);

    const approve = async (role: Role) => {
      const { id, version } = await onlyChange();
      const { diffHash } = await plugin.get(`changes/${id}/diff`);
      return plugin.post(`changes/${id}/approve`, role, { version, diffHash });
    };
    for (const asker of ['owner', 'platform'] as const) {
      const refused = await approve(asker);
      expect(refused.status).toBe(409);
      expect(refused.body.detail).toContain('Somebody else');
    }
    expect((await approve('otherDeveloper')).status).toBe(200);
  });
});
