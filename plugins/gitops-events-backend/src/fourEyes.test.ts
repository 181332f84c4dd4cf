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

/** The registry asks, so nobody did; the second of two is too many and held. */
const bounded = `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: bounded, owner: 'group:default/platform' }
spec:
  mode: propose
  dependencies:
    - { name: pushed, ingress: registry, type: io.example.pushed }
  rateLimit: { max: 1, per: 1h, over: hold }
  steps:
    - id: write
      action: git:change
      input:
        repo: local:deployments
        base: main
        edits:
          - kind: yaml
            file: apps/shop.yaml
            set: { tag: '\${{ event.data.tag }}' }
        merge: { approvals: 1 }
`;

describe.each(databaseKinds)('four eyes of who let it through, on %s', kind => {
  let plugin: Awaited<ReturnType<typeof startPlugin>>;

  beforeAll(async () => {
    plugin = await startPlugin({
      knex: await databases.empty(kind),
      sensors: { 'bounded.yaml': bounded },
      files: { 'apps/shop.yaml': 'tag: none\n' },
    });
  });
  afterAll(() => plugin.stop());

  const push = (tag: string) =>
    plugin
      .send(
        'application/cloudevents+json',
        JSON.stringify({
          ...{ specversion: '1.0', id: tag, source: '/registry' },
          ...{ type: 'io.example.pushed', data: { tag } },
        }),
      )
      .expect(202);
  const waiting = async (uid: string): Promise<ChangeView> => {
    let found: ChangeView | undefined;
    await waitForExpect(async () => {
      const { items } = await plugin.get('changes');
      found = items.find(
        (one: ChangeView) =>
          one.state === 'waiting' &&
          one.members.some(({ eventUid }) => eventUid === uid),
      );
      expect(found).toBeDefined();
      // What was read while its content was replaced is of both.
      const { version } = await plugin.get(`changes/${found!.id}`);
      expect(version).toBe(found!.version);
    }, 20_000);
    return found!;
  };
  const approve = async ({ id, version }: ChangeView, role: Role) => {
    const { diffHash } = await plugin.get(`changes/${id}/diff`);
    return plugin.post(`changes/${id}/approve`, role, { version, diffHash });
  };

  it('are not those of who released it, which the page says', async () => {
    await push('v1');
    await push('v2');
    let held: { id: string; version: number; eventUid: string } | undefined;
    await waitForExpect(async () => {
      const { items } = await plugin.get('quarantine');
      expect(items).toHaveLength(1);
      held = items[0];
    }, 20_000);
    await plugin
      .post(`quarantine/${held!.id}/release`, 'otherDeveloper', {
        version: held!.version,
        confirmOlder: true,
      })
      .expect(200);

    const change = await waiting(held!.eventUid);
    const ben = 'user:default/ben';
    expect(change.involved).toEqual([{ by: ben, did: 'released' }]);
    const refused = await approve(change, 'otherDeveloper');
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      'You released this change from quarantine yourself, so your approval does not count. Somebody else has to approve it.',
    ]);
    const approved = await approve(change, 'platform');
    expect(approved.status).toBe(200);
    expect(approved.body.approvals).toMatchObject([{ by: 'user:default/pia' }]);
  });
});

/** How many have to approve is the most that step, target and policies ask for, and each content is approved anew. */
const asks = (
  name: string,
  environment: string,
  approvals: number,
) => `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: ${name}, owner: 'group:default/platform' }
spec:
  mode: auto
  dependencies:
    - { name: asked, ingress: people, type: io.example.${name} }
  target: { environment: ${environment} }
  steps:
    - id: write
      action: git:change
      input:
        repo: local:deployments
        base: main
        edits:
          - kind: yaml
            file: apps/${name}.yaml
            set: { tag: '\${{ event.data.tag }}' }
        merge: { approvals: ${approvals} }
`;

describe.each(databaseKinds)('approvals on %s', kind => {
  let plugin: Awaited<ReturnType<typeof startPlugin>>;
  const names = ['strict', 'large', 'free'];

  beforeAll(async () => {
    plugin = await startPlugin({
      knex: await databases.empty(kind),
      sensors: {
        'strict.yaml': asks('strict', 'production', 1),
        'large.yaml': asks('large', 'staging', 1),
        'free.yaml': asks('free', 'staging', 1),
      },
      files: Object.fromEntries(
        names.map(one => [`apps/${one}.yaml`, 'tag: none\n']),
      ),
      gitopsEvents: {
        targets: {
          production: { class: 'production', mode: 'auto', approvals: 2 },
          staging: { class: 'staging', mode: 'auto' },
        },
        policies: [
          {
            name: 'large tags',
            when: 'run.sensor == "large"',
            review: 'event.data.tag.size() > 3',
            approvals: 2,
            message: 'Two people look at it.',
          },
        ],
      },
    });
  });
  afterAll(() => plugin.stop());

  const changeOf = async (name: string): Promise<ChangeView> => {
    const { items } = await plugin.get(`changes?sensor=${name}`);
    return items.find((one: ChangeView) => one.sensor === name)!;
  };
  const until = (name: string, wanted: Partial<ChangeView>) =>
    waitForExpect(async () => {
      expect(await changeOf(name)).toMatchObject(wanted);
    }, 20_000);
  const approve = async (name: string, role: Role) => {
    const { id } = await changeOf(name);
    const { diffHash } = await plugin.get(`changes/${id}/diff`);
    let status = 0;
    await waitForExpect(async () => {
      const { version } = await changeOf(name);
      const answer = await plugin.post(`changes/${id}/approve`, role, {
        version,
        diffHash,
      });
      status = answer.status;
      expect([answer.status, answer.body.detail]).not.toEqual([
        409,
        expect.stringContaining('meanwhile'),
      ]);
    }, 20_000);
    return status;
  };

  it('are none where nobody asks for any', async () => {
    await plugin.sendAs('owner', 'io.example.free', { tag: 'long enough' });
    await until('free', { end: 'merged', approvalsNeeded: 0 });
  });

  it.each([
    ['a target', 'strict', 'v1'],
    ['a policy', 'large', 'v1.2.3'],
  ])(
    'are as many as %s asks for, and not of who asked for the change',
    async (_, name, tag) => {
      await plugin.sendAs('owner', `io.example.${name}`, { tag });
      await until(name, { state: 'waiting', approvalsNeeded: 2 });
      expect(await approve(name, 'owner')).toBe(409);
      expect(await approve(name, 'platform')).toBe(200);
      expect(await approve(name, 'platform')).toBe(200);
      await until(name, {
        state: 'waiting',
        reason: { code: 'approval', message: 'Waits for an approval.' },
      });
      expect(await approve(name, 'otherDeveloper')).toBe(200);
      await until(name, { end: 'merged' });
      expect(await plugin.git('show', `main:apps/${name}.yaml`)).toBe(
        `tag: ${tag}`,
      );
    },
  );
});
