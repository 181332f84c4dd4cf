import type {
  EventView,
  TimelineGroup,
} from '@gitops-events/plugin-gitops-events-common';
import waitForExpect from 'wait-for-expect';
import { startPlugin } from './__testUtils__/startPlugin';
import { databaseKinds, testDatabases } from './store/testDatabases';

jest.setTimeout(60_000);

/** Several events, one run, one commit: from the door to the repository. */

const databases = testDatabases();

function sensor(name: string, dependencies: string[], spec: string) {
  return `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: ${name}, owner: 'group:default/platform' }
spec:
  mode: auto
  dependencies:
${dependencies
  .map(
    one =>
      `    - { name: ${one}, ingress: registry, type: io.example.${name}.${one} }`,
  )
  .join('\n')}
${spec}
  steps:
    - id: write
      action: git:change
      input:
        repo: local:deployments
        base: main
        edits:
          - kind: yaml
            file: apps/shop.yaml
            set: { ${name}: '\${{ params.value }}' }
        pullRequest: { title: '\${{ run.title }}' }
`;
}

const sensors = {
  'gate.yaml': sensor(
    'gate',
    ['built', 'scanned'],
    `  condition: built && scanned
  window: { key: event.data.image, join: { within: 1h } }
  title: Gate \${{ window.events.size() }}
  params: { value: '\${{ events.built.data.tag }} \${{ events.scanned.data.result }}' }`,
  ),
  'many.yaml': sensor(
    'many',
    ['pushed'],
    `  window: { batch: { within: 1s } }
  params: { value: '\${{ window.events.map(e, e.data.tag).join(",") }}' }`,
  ),
  'broken.yaml': sensor(
    'broken',
    ['pushed'],
    `  window: { batch: { within: 500ms } }
  params: { value: '\${{ event.data.nothing }}' }`,
  ),
  'first.yaml': sensor(
    'first',
    ['pushed'],
    `  window: { cooldown: { for: 1h } }
  params: { value: '\${{ event.data.tag }}' }`,
  ),
};
const files = {
  'apps/shop.yaml': 'gate: none\nmany: none\nfirst: none\nbroken: none\n',
};

describe.each(databaseKinds)('windows on %s, door to door', kind => {
  let plugin: Awaited<ReturnType<typeof startPlugin>>;

  beforeAll(async () => {
    plugin = await startPlugin({
      knex: await databases.empty(kind),
      sensors,
      files,
    });
  });
  afterAll(() => plugin.stop());

  const send = async (id: string, type: string, data: object) => {
    const event = {
      specversion: '1.0',
      id: `${type} ${id}`,
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
  const settled = (uid: string) =>
    waitForExpect(async () => {
      expect((await view(uid)).settled).toBe(true);
    }, 20_000);
  const story = async (uid: string): Promise<TimelineGroup> =>
    (await plugin.get(`timeline?event=${uid}`)).items[0];
  const value = async (name: string) =>
    (await plugin.git('show', 'main:apps/shop.yaml'))
      .split('\n')
      .find(line => line.startsWith(`${name}:`));

  it('tells an event what it waits for, then the story it shares', async () => {
    const image = 'shop/api';
    const built = await send('1', 'gate.built', { image, tag: '1.8.2' });
    await waitForExpect(async () => {
      const { summary } = await view(built);
      expect(summary).toMatchObject({ word: 'Waiting' });
      expect(summary.sentence).toContain('for scanned');
    }, 20_000);

    const scanned = await send('1', 'gate.scanned', { image, result: 'clean' });
    await settled(scanned);
    await settled(built);
    expect(await value('gate')).toBe('gate: 1.8.2 clean');

    const [one, other] = [await story(built), await story(scanned)];
    expect(one.title).toBe('Gate 2');
    expect(one.runs.map(({ id }) => id)).toEqual(
      other.runs.map(({ id }) => id),
    );
    const kinds = one.entries.map(entry => entry.kind);
    expect(kinds.slice(0, 3)).toEqual([
      'eventReceived',
      'decision',
      'sensorFired',
    ]);
    expect(kinds).toEqual(expect.arrayContaining(['merged', 'runEnded']));
    const subjects = await plugin.git('log', '--format=%s', 'main');
    expect(subjects.split('\n').filter(line => /Gate/.test(line))).toHaveLength(
      1,
    );
  });

  it('makes one commit of a batch', async () => {
    const uids = [];
    for (const tag of ['a', 'b', 'c']) {
      uids.push(await send(tag, 'many.pushed', { tag }));
    }
    for (const uid of uids) await settled(uid);
    expect(await value('many')).toBe('many: "a,b,c"');
  });

  it('holds a run whose events do not tell what it is made of', async () => {
    const uid = await send('1', 'broken.pushed', {});
    await waitForExpect(async () => {
      const { items } = await plugin.get('quarantine?sensor=broken');
      expect(items).toHaveLength(1);
      expect(items[0].reason.message).toContain('event.data.nothing');
    }, 20_000);
    expect((await view(uid)).settled).toBe(false);
    expect(await value('broken')).toBe('broken: none');
  });

  it('fires the first and counts its repetitions', async () => {
    const first = await send('1', 'first.pushed', { tag: '1' });
    const second = await send('2', 'first.pushed', { tag: '2' });
    await settled(first);
    await settled(second);
    expect(await value('first')).toBe('first: "1"');
    const { decisions } = (await view(second)) as never as {
      decisions: Array<{ outcome: string; reason: { code: string } }>;
    };
    expect(decisions).toMatchObject([
      { outcome: 'suppressed', reason: { code: 'cooledDown' } },
    ]);
  });
});
