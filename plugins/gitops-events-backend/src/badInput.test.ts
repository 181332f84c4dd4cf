import {
  problemSchema,
  type HeldView,
} from '@gitops-events/plugin-gitops-events-common';
import waitForExpect from 'wait-for-expect';
import { startPlugin } from './__testUtils__/startPlugin';
import { databaseKinds, testDatabases } from './store/testDatabases';

jest.setTimeout(60_000);

/** What strangers send and what authors get wrong, through the doors they use. */

const databases = testDatabases();
const one = 'application/cloudevents+json';
const batch = 'application/cloudevents-batch+json';

function eventOf(id: string, name = 'good', more: object = {}) {
  return {
    specversion: '1.0',
    id,
    source: '/registry',
    type: `io.example.${name}`,
    data: { tag: '1.1.0' },
    ...more,
  };
}

/** A sensor that writes the tag of `io.example.<name>` events, unless it is spoilt. */
function sensor(
  name: string,
  spoilt: { dependency?: string; more?: string; base?: string; edit?: string },
) {
  return `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: ${name}, owner: 'group:default/platform' }
spec:
  mode: auto
  dependencies:
    - { name: it, ingress: registry, type: io.example.${name}${spoilt.dependency ?? ''} }
${spoilt.more ?? ''}
  steps:
    - id: write
      action: git:change
      input:
        repo: local:deployments
        base: ${spoilt.base ?? 'main'}
        edits:
          - ${spoilt.edit ?? `{ kind: yaml, file: apps/shop.yaml, set: { tag: '\${{ event.data.tag }}' } }`}
`;
}

/** A million rounds on a list of 1,000. */
const slow =
  'event.data.list.all(a, event.data.list.all(b, (a + b) * (a - b) + a * b - a * a + b * b > -100000000))';

const sensors = {
  'good.yaml': sensor('good', {}),
  'unknown.yaml': sensor('unknown', { more: '  colour: red' }),
  'syntax.yaml': sensor('syntax', {
    dependency: ', filter: "event.data.tag ==" ',
  }),
  'missing.yaml': sensor('missing', {
    dependency: ', filter: event.data.image.size > 3',
  }),
  'slow.yaml': sensor('slow', { dependency: `, filter: '${slow}'` }),
  'throws.yaml': sensor('throws', {
    edit: '{ kind: template, from: apps/template, into: apps/made }',
  }),
  'leaves.yaml': sensor('leaves', {
    edit: `{ kind: yaml, file: 'apps/\${{ event.data.file }}', set: { tag: x } }`,
  }),
  'gone.yaml': sensor('gone', { base: 'release' }),
};
const files = {
  'apps/shop.yaml': 'tag: 1.0.0\n',
  'apps/template/first.yaml': 'made: true\n',
  'apps/template/second.yaml': 'made: ${{ params.nobody.knows }}\n',
};

describe.each(databaseKinds)('bad input on %s', kind => {
  let plugin: Awaited<ReturnType<typeof startPlugin>>;
  let tag = 0;

  beforeAll(async () => {
    plugin = await startPlugin({
      knex: await databases.empty(kind),
      sensors,
      files,
    });
    await plugin.git('branch', 'release', 'main');
    await plugin.git('branch', '-D', 'release');
  });
  afterAll(() => plugin.stop());

  const publish = (...events: object[]) =>
    plugin.send(batch, JSON.stringify(events));
  const idsOfEvents = async (): Promise<string[]> =>
    (await plugin.get('events?limit=200')).items.map(
      ({ id }: { id: string }) => id,
    );
  const heldBy = async (name: string): Promise<HeldView[]> =>
    (await plugin.get(`quarantine?sensor=${name}`)).items;
  const repository = async () => [
    await plugin.git('for-each-ref'),
    await plugin.git('count-objects', '-v'),
    await plugin.git('fsck', '--strict', '--unreachable'),
    (await plugin.get('changes')).items,
  ];

  /** The next good event goes all the way, and is all that is written. */
  const stillWorks = async () => {
    tag += 1;
    const data = { tag: `2.0.${tag}` };
    const { body } = await publish(
      eventOf(`after ${tag}`, 'good', { data }),
    ).expect(202);
    await waitForExpect(async () => {
      const event = await plugin.get(`events/${body.events[0].uid}`);
      expect(event.settled).toBe(true);
      const changes = await plugin.get('changes?state=open');
      expect(changes.items).toEqual([]);
    }, 20_000);
    expect(await plugin.git('show', 'main:apps/shop.yaml')).toBe(
      `tag: ${data.tag}`,
    );
    expect(
      await plugin.git('for-each-ref', '--format=%(refname)', 'refs/heads'),
    ).toBe('refs/heads/main');
    expect(await plugin.git('fsck', '--strict')).toBe('');
  };

  describe('at the door', () => {
    const twoMebibytes = JSON.stringify(
      eventOf('large', 'good', { data: 'x'.repeat(2 * 1024 * 1024) }),
    );
    it.each([
      ['malformed JSON', 400, one, '{"specversion":', /line 1, column 16/],
      ['an event without attributes', 400, one, '{}', /id/],
      ['a list that is none', 400, batch, '{}', /array/],
      [
        'another content type',
        415,
        'text/xml',
        '<event/>',
        /cloudevents\+json/,
      ],
      ['2 MiB', 413, one, twoMebibytes, /1048576 bytes/],
      [
        "another's source",
        403,
        one,
        JSON.stringify(eventOf('forged', 'good', { source: '/portal/form' })),
        /source/,
      ],
      [
        'a type that was not granted',
        403,
        one,
        JSON.stringify(eventOf('forged', 'good', { type: 'dev.other' })),
        /type/,
      ],
    ])('refuses %s with %i', async (_, status, type, body, words) => {
      const before = await idsOfEvents();
      const answer = await plugin.send(type, body);
      expect([answer.status, answer.type]).toEqual([
        status,
        'application/problem+json',
      ]);
      const problem = problemSchema.parse(answer.body);
      const said = [problem, ...(problem.errors ?? [])].map(
        ({ detail }) => detail,
      );
      expect(said.join(' ')).toMatch(words);
      expect(await idsOfEvents()).toEqual(before);
      await stillWorks();
    });

    it('takes the neighbours of what no database could store', async () => {
      const answer = await publish(
        eventOf('left'),
        eventOf('nul \0'),
        eventOf('half \ud83d'),
        eventOf('forged', 'good', { source: '/portal/form' }),
        eventOf('right', 'good', { subject: 'pair \ud83d\ude00' }),
      ).expect(422);
      const problem = problemSchema.parse(answer.body);
      expect(problem.errors?.map(({ pointer }) => pointer)).toEqual([
        '/1/id',
        '/2/id',
        '/3/source',
      ]);
      expect(problem.accepted?.map(({ id }) => id)).toEqual(['left', 'right']);
      expect(await idsOfEvents()).toEqual(
        expect.arrayContaining(['left', 'right']),
      );
      await stillWorks();
    });
  });

  it.each([
    ['unknown', /Unknown field "colour"/, 8],
    ['syntax', /not a CEL expression/, 7],
  ])('refuses a sensor with %s, and says where', async (name, words, line) => {
    const found = await plugin.get(`sensors/${name}`);
    expect(found.revision).toBeUndefined();
    expect(found.problems).toEqual([
      expect.objectContaining({
        severity: 'error',
        line,
        message: expect.stringMatching(words),
      }),
    ]);
    await stillWorks();
  });

  describe('behind the door', () => {
    const list = Array.from({ length: 1000 }, (_, index) => index);
    it.each([
      [
        'an expression asks for what is not there',
        'missing',
        {},
        /event\.data\.image/,
      ],
      [
        'an expression takes too long',
        'slow',
        { list },
        /deadline|too long|ms/,
      ],
      ['a template throws', 'throws', {}, /second\.yaml.*params\.nobody/],
      [
        'a path leaves the repository',
        'leaves',
        { file: '../../etc/passwd' },
        /must not leave/,
      ],
      ['the base branch is gone', 'gone', { tag: 'x' }, /no branch release/],
    ])('holds the event when %s', async (_, name, data, words) => {
      const before = await repository();
      await publish(eventOf(name, name, { data })).expect(202);
      await waitForExpect(async () => {
        expect(await heldBy(name)).toHaveLength(1);
      }, 20_000);
      const [{ reason, state }] = await heldBy(name);
      expect(state).toBe('held');
      expect(reason!.message).toMatch(words);
      expect(await repository()).toEqual(before);
      await stillWorks();
    });

    it('does not hold the neighbours of one batch', async () => {
      await publish(
        eventOf('missing too', 'missing'),
        eventOf('slow too', 'slow', { data: { list } }),
        eventOf('between', 'good', { data: { tag: '3.0.0' } }),
        eventOf('gone too', 'gone'),
      ).expect(202);
      await waitForExpect(async () => {
        const file = await plugin.git('show', 'main:apps/shop.yaml');
        expect(file).toBe('tag: 3.0.0');
      }, 20_000);
    });
  });
});
