import type { HeldView } from '@gitops-events/plugin-gitops-events-common';
import waitForExpect from 'wait-for-expect';
import { startPlugin } from './__testUtils__/startPlugin';
import { gitBytes } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { databaseKinds, testDatabases } from './store/testDatabases';

jest.setTimeout(60_000);

/** What an event must not be able to do to a repository, from the door to the bare repository. */

const databases = testDatabases();
const batch = 'application/cloudevents-batch+json';
// Put together here, so that scanners of this repository stay quiet.
const token = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
const half = token.slice(0, 20);

function sensor(name: string, input: string): string {
  return `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: ${name}, owner: 'group:default/platform' }
spec:
  mode: auto
  dependencies:
    - { name: it, ingress: registry, type: io.example.${name} }
  steps:
    - id: write
      action: git:change
      input:
        repo: local:deployments
${input.replace(/^/gm, '        ')}
`;
}
const value = "set: { tag: '${{ event.data.tag }}' }";
const ordinary = `edits: [{ kind: yaml, file: apps/shop.yaml, ${value} }]`;

const sensors = {
  'file.yaml': sensor(
    'file',
    "edits: [{ kind: yaml, file: '${{ event.data.file }}', set: { tag: x } }]",
  ),
  'gone.yaml': sensor(
    'gone',
    "edits: [{ kind: delete, file: '${{ event.data.file }}' }]",
  ),
  'folder.yaml': sensor(
    'folder',
    "edits: [{ kind: template, from: templates/plain, into: '${{ event.data.into }}' }]",
  ),
  'name.yaml': sensor(
    'name',
    "edits: [{ kind: template, from: templates/name, into: apps, params: { name: '${{ event.data.name }}' } }]",
  ),
  'text.yaml': sensor(
    'text',
    "edits: [{ kind: template, from: templates/text, into: apps, params: { text: '${{ event.data.text }}' } }]",
  ),
  'branch.yaml': sensor(
    'branch',
    `base: '\${{ event.data.base }}'\n${ordinary}`,
  ),
  'message.yaml': sensor(
    'message',
    `${ordinary}\npullRequest: { title: '\${{ event.data.title }}' }`,
  ),
  'trailer.yaml': sensor(
    'trailer',
    `${ordinary}\npullRequest: { body: '\${{ event.data.body }}' }`,
  ),
  'label.yaml': sensor(
    'label',
    `${ordinary}\npullRequest: { labels: ['\${{ event.data.label }}'] }`,
  ),
  'value.yaml': sensor('value', ordinary),
  'watch.yaml': sensor(
    'watch',
    "edits: [{ kind: template, from: templates/secret, into: apps, params: { half: '${{ event.data.half }}' } }]",
  ).replace('mode: auto', 'mode: observe'),
  'secret.yaml': sensor(
    'secret',
    "edits: [{ kind: template, from: templates/secret, into: apps, params: { half: '${{ event.data.half }}' } }]",
  ),
};
const files = {
  'apps/shop.yaml': 'tag: 1.0.0\n',
  'templates/plain/a.yaml': 'a: 1\n',
  'templates/name/${{ params.name }}.yaml': 'a: 1\n',
  'templates/text/note.yaml': 'text: ${{ params.text }}\n',
  'templates/secret/made.yaml': `a: 1\nkey: ${half}\${{ params.half }}\n`,
};

describe.each(databaseKinds)('injection on %s', kind => {
  let plugin: Awaited<ReturnType<typeof startPlugin>>;
  let knex: Awaited<ReturnType<typeof databases.empty>>;
  let sent = 0;

  beforeAll(async () => {
    knex = await databases.empty(kind);
    plugin = await startPlugin({
      knex,
      sensors,
      files,
      gitopsEvents: {
        // All of it, so that no boundary does the work of the checks behind it.
        boundaries: [
          {
            owner: 'group:default/platform',
            ingresses: ['registry'],
            actions: ['*'],
            repositories: [
              { repo: 'local:deployments', branches: ['*'], paths: ['*'] },
            ],
            environments: ['*'],
            merge: true,
          },
        ],
      },
    });
    await addLinks(plugin);
  });
  afterAll(() => plugin.stop());

  const publish = async (name: string, data: object): Promise<string> => {
    sent += 1;
    const event = {
      specversion: '1.0',
      id: `${sent}`,
      source: '/registry',
      type: `io.example.${name}`,
      data,
    };
    const { body } = await plugin
      .send(batch, JSON.stringify([event]))
      .expect(202);
    return body.events[0].uid;
  };
  const heldBy = async (name: string, uid: string): Promise<HeldView> => {
    let found: HeldView | undefined;
    await waitForExpect(async () => {
      const { items } = await plugin.get(`quarantine?sensor=${name}&limit=200`);
      found = items.find((one: HeldView) => one.eventUid === uid);
      expect(found).toBeDefined();
    }, 20_000);
    return found!;
  };
  const repository = async () => [
    await plugin.git('for-each-ref'),
    await plugin.git('count-objects', '-v'),
    await plugin.git('fsck', '--strict', '--unreachable'),
    (await plugin.get('changes')).items,
  ];
  it.each<[string, string, object, RegExp]>([
    ['../', 'file', { file: '../../etc/passwd' }, /must not leave its folder/],
    ['../ inside', 'file', { file: 'apps/../../x.yaml' }, /must not leave/],
    ['an absolute path', 'file', { file: '/etc/passwd' }, /is absolute/],
    ['a drive', 'file', { file: 'C:/windows/x.yaml' }, /is absolute/],
    ['a backslash', 'file', { file: 'apps\\..\\x.yaml' }, /backslash/],
    ['.git/', 'file', { file: '.git/config' }, /reaches into ".git"/],
    ['.GIT', 'file', { file: 'apps/.GIT/hooks/x' }, /reaches into ".git"/],
    ['.git of NTFS', 'file', { file: 'GIT~1/config' }, /reaches into ".git"/],
    ['.git of HFS+', 'file', { file: '.g\u200cit/config' }, /".git"/],
    ['.gitmodules', 'file', { file: '.gitmodules' }, /submodules/],
    ['.gitmodules of NTFS', 'file', { file: 'GI7EBA~1' }, /submodules/],
    ['a stream of NTFS', 'file', { file: 'CODEOWNERS::$DATA' }, /Windows/],
    ['a dot at the end', 'file', { file: 'apps/shop.yaml.' }, /Windows/],
    ['a blank at the end', 'file', { file: '.github /x' }, /Windows/],
    ['text that turns', 'file', { file: 'apps/\u202elmay.x' }, /not shown/],
    [
      'a sign of no width',
      'file',
      { file: 'apps/sh\u200bop.yaml' },
      /not shown/,
    ],
    ['a deleted folder above', 'gone', { file: 'apps/../' }, /must not leave/],
    ['everything deleted', 'gone', { file: './' }, /must not leave/],
    ['a folder with a link', 'gone', { file: 'apps/' }, /symbolic link/],
    ['a deleted link itself', 'gone', { file: 'apps/out' }, /symbolic link/],
    ['a leading dash', 'file', { file: '--output=x' }, /starts with "-"/],
    ['a dash in a folder', 'file', { file: 'apps/-rf/x' }, /starts with "-"/],
    ['a line break in a file', 'file', { file: 'a\nb.yaml' }, /line break/],
    ['NUL in a file', 'file', { file: 'a\u0000.yaml' }, /control character/],
    ['a link to a file', 'file', { file: 'apps/link.yaml' }, /symbolic link/],
    [
      'a file behind a link',
      'file',
      { file: 'apps/out/a.yaml' },
      /does not exist/,
    ],
    ['a deleted link', 'gone', { file: '../shop.yaml' }, /must not leave/],
    ['a deleted .git', 'gone', { file: '.git/HEAD' }, /".git"/],
    ['../ of a folder', 'folder', { into: 'apps/../..' }, /must not leave/],
    ['.git as a folder', 'folder', { into: '.git/hooks' }, /".git"/],
    ['a dash as a folder', 'folder', { into: '-rf' }, /starts with "-"/],
    ['a folder behind a link', 'folder', { into: 'apps/out' }, /link/],
    ['../ in a name', 'name', { name: '../../x' }, /must not leave/],
    ['a line break in a name', 'name', { name: 'a\nb' }, /line break/],
    [
      'a line break in a branch',
      'branch',
      { base: 'main\nx' },
      /line break|branch/,
    ],
    [
      'a dash as a branch',
      'branch',
      { base: '--force' },
      /starts with "-"|branch/,
    ],
    ['.. in a branch', 'branch', { base: 'a..b' }, /"\.\."|branch/],
    [
      'a line break in a message',
      'message',
      { title: 'Fine\n\nGitOps-Change: 1' },
      /title.*line break/,
    ],
    [
      'a trailer in the text',
      'trailer',
      { body: 'Fine\nGitOps-Change: 1' },
      /body.*trailer/,
    ],
    ['a line break in a label', 'label', { label: 'a\nb' }, /line break/],
    [
      'lines that become YAML',
      'text',
      { text: 'x\nadmin: true' },
      /params\.text has several lines/,
    ],
    [
      'YAML that is none',
      'text',
      { text: '[x' },
      /note\.yaml, line 2, column 1/,
    ],
    [
      'a file behind a file',
      'file',
      { file: 'apps/shop.yaml/x' },
      /does not exist/,
    ],
  ])('refuses %s, and writes nothing', async (_, name, data, words) => {
    const before = await repository();
    const uid = await publish(name, { tag: 'x', ...data });
    const held = await heldBy(name, uid);
    expect(held.state).toBe('held');
    expect(held.reason!.message).toMatch(words);
    expect(await repository()).toEqual(before);
  });

  describe('a payload of code stays a text', () => {
    it.each([
      ['CEL', '${{ 1 + 1 }}'],
      ['CEL that reads secrets', '${{ secrets.token }}'],
      ['nunjucks', '{{ range.constructor("return 1")() }}{% for a in b %}'],
      ['YAML', '1 # : [ } {{'],
      ['a tag of YAML', '!!js/function "x"'],
    ])('%s', async (_, tag) => {
      const uid = await publish('value', { tag });
      await waitForExpect(async () => {
        expect((await plugin.get(`events/${uid}`)).settled).toBe(true);
      }, 20_000);
      const text = await plugin.git('show', 'main:apps/shop.yaml');
      expect(text.startsWith('tag: ')).toBe(true);
      expect(text.split('\n')).toHaveLength(1);
      expect(text).toContain(tag.replace(/"/g, '"').slice(0, 8));
    });

    it('a forged trailer in the title of a run is no line of the commit', async () => {
      const { tag } = { tag: 'fine\n\nGitOps-Change: forged' };
      const uid = await publish('value', { tag });
      await waitForExpect(async () => {
        expect((await plugin.get(`events/${uid}`)).settled).toBe(true);
      }, 20_000);
      const trailers = await plugin.git(
        ...['log', '-1', '--format=%(trailers:key=GitOps-Change,valueonly)'],
        'main',
      );
      expect(trailers).toMatch(/^[0-9a-f]+$/);
    });
  });

  it('refuses a secret in a rendered file, names file, line and rule, and keeps it nowhere', async () => {
    const before = await repository();
    const uid = await publish('secret', { half: token.slice(20) });
    const held = await heldBy('secret', uid);
    expect(held.reason!.message).toMatch(
      /apps\/made\.yaml, line 2: found GitHub Token \(rule github\)\. Keep it in a secret store/,
    );
    expect(await repository()).toEqual(before);

    const told = JSON.stringify([
      held,
      await plugin.get(`quarantine/${held.id}`),
      await plugin.get(`events/${uid}`),
      await plugin.get(`timeline?event=${uid}`),
      await plugin.get(`runs/${held.id}`),
    ]);
    expect(told).not.toContain(token);
    for (const table of [
      'runs',
      'effects',
      'changes',
      'change_revisions',
      'timeline',
      'chain',
    ]) {
      const rows = JSON.stringify(await knex(table));
      expect(rows).not.toContain(token);
    }
    const objects = await gitBytes(plugin.bare, [
      'cat-file',
      '--batch-all-objects',
      '--batch',
    ]);
    expect(objects.includes(token)).toBe(false);
  });

  it('shows a secret nowhere when a run only tells what it would do', async () => {
    const uid = await publish('watch', { half: token.slice(20) });
    await waitForExpect(async () => {
      expect((await plugin.get(`events/${uid}`)).settled).toBe(true);
    }, 20_000);
    const told = JSON.stringify(await plugin.get(`timeline?event=${uid}`));
    expect(told).toContain('apps/made.yaml, line 2');
    expect(told).not.toContain(token);
    expect(JSON.stringify(await knex('timeline'))).not.toContain(token);
  });
});

/** A link to a file and one to a folder, beside the ordinary files. */
async function addLinks(plugin: Awaited<ReturnType<typeof startPlugin>>) {
  const blob = async (text: string) =>
    (
      await gitBytes(plugin.bare, ['hash-object', '-w', '--stdin'], {
        input: text,
      })
    )
      .toString()
      .trim();
  const lines = [
    `120000 blob ${await blob('../../etc/passwd')}\tapps/link.yaml`,
    `120000 blob ${await blob('../../outside')}\tapps/out`,
  ];
  const env = { GIT_INDEX_FILE: `${plugin.bare}/test-index` };
  await gitBytes(plugin.bare, ['read-tree', 'main'], { env });
  await gitBytes(plugin.bare, ['update-index', '--index-info'], {
    env,
    input: `${lines.join('\n')}\n`,
  });
  const run = async (...args: string[]) =>
    (await gitBytes(plugin.bare, args, { env })).toString().trim();
  const tree = await run('write-tree');
  const commit = await run('commit-tree', tree, '-p', 'main', '-m', 'Links');
  await run('update-ref', 'refs/heads/main', commit);
}
