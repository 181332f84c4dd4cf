import { InputError } from '@backstage/errors';
import type { RepositoryFile } from '@gitops-events/plugin-gitops-events-node';
import {
  editSchema,
  type Edit,
} from '@gitops-events/plugin-gitops-events-sensors';
import { FileTree } from './fileTree';
import { renderEdits } from './renderEdits';
import { renderLimits } from './renderLimits';
import { renderTemplates } from './templates';
import { encodeText } from './text';

type Content = string | Uint8Array | Partial<RepositoryFile>;

function repository(files: Record<string, Content>) {
  const all = Object.entries(files).map(([path, given]): RepositoryFile => {
    const file =
      typeof given === 'string' || given instanceof Uint8Array
        ? { content: given }
        : given;
    return {
      path,
      mode: '100644',
      ...file,
      content:
        typeof file.content === 'string'
          ? encodeText(file.content)
          : file.content!,
    };
  });
  return async (paths: string[]) =>
    all.filter(({ path }) =>
      paths.some(wanted =>
        wanted === '' || wanted.endsWith('/')
          ? path.startsWith(wanted)
          : path === wanted,
      ),
    );
}

async function render(
  files: Record<string, Content>,
  ...edits: Array<Record<string, unknown>>
) {
  const result = await renderEdits({
    edits: edits.map((edit): Edit => editSchema.parse(edit)),
    read: repository(files),
    renderTemplates: async (templates, params) =>
      renderTemplates(templates, params),
    checkPath: path => {
      if (path.split('/').some(part => ['', '..', '.git'].includes(part))) {
        throw new InputError(`The path "${path}" leaves the repository`);
      }
    },
  });
  if ('reason' in result) return result;
  return {
    record: result.record,
    files: Object.fromEntries(
      result.files.map(({ path, content }) => [
        path,
        content && new TextDecoder().decode(content),
      ]),
    ),
  };
}

const yaml = (file: string, set: Record<string, unknown>) => ({
  kind: 'yaml',
  file,
  set,
});

describe('renderEdits', () => {
  it('gives only files that changed, and what a revert needs', async () => {
    expect(
      await render(
        { 'a.yaml': 'x: 1\ny: 2\n', 'b.yaml': 'x: 1\n' },
        yaml('a.yaml', { x: 5, y: 2, z: 'new' }),
        yaml('b.yaml', { x: 1 }),
      ),
    ).toEqual({
      files: { 'a.yaml': 'x: 5\ny: 2\nz: new\n' },
      record: [
        {
          ...{ file: 'a.yaml', path: 'x', before: 1, after: 5 },
          lines: { was: 'x: 1\n', is: 'x: 5\n', below: 'y: 2\n' },
        },
        {
          ...{ file: 'a.yaml', path: 'z', before: undefined, after: 'new' },
          lines: { above: 'y: 2\n', was: '', is: 'z: new\n' },
        },
      ],
    });
  });

  it('gives nothing when an edit takes back another', async () => {
    const result = await render(
      { 'a.yaml': 'x: 1\n' },
      yaml('a.yaml', { x: 5 }),
      yaml('a.yaml', { x: 1 }),
    );
    expect(result).toMatchObject({ files: {} });
  });

  it('renders a folder of templates, edits and deletes', async () => {
    const files = {
      't/${{ params.name }}/ns.yaml.njk': 'name: ${{ params.name }}\n',
      't/logo.png': new Uint8Array([0, 255]),
      't/run.sh': { mode: '100755' as const, content: encodeText('echo\n') },
      'old.yaml': 'a: 1\n',
    };
    const result = await renderEdits({
      edits: [
        { kind: 'template', from: 't/', into: 'env', params: { name: 'web' } },
        { kind: 'yaml', file: 'env/web/ns.yaml', set: { labels: { a: 'b' } } },
        { kind: 'delete', file: 'old.yaml' },
        { kind: 'delete', file: 'never.yaml' },
      ],
      read: repository(files),
      renderTemplates: async (templates, params) =>
        renderTemplates(templates, params),
      checkPath: () => {},
    });
    expect(result).toMatchObject({
      files: [
        {
          path: 'env/logo.png',
          mode: '100644',
          content: new Uint8Array([0, 255]),
        },
        { path: 'env/run.sh', mode: '100755' },
        {
          path: 'env/web/ns.yaml',
          content: encodeText('name: web\nlabels:\n  a: b\n'),
        },
        { path: 'old.yaml', content: undefined },
      ],
    });
  });

  it.each<
    [string, Record<string, Content>, Record<string, unknown>, string, RegExp]
  >([
    [
      'a file that is not there',
      {},
      yaml('a.yaml', { x: 1 }),
      'fileMissing',
      /a\.yaml does not exist/,
    ],
    [
      'YAML that cannot be read',
      { 'a.yaml': 'x: 1\ny: [\n' },
      yaml('a.yaml', { x: 1 }),
      'yamlUnreadable',
      /^a\.yaml: Line 3/,
    ],
    [
      'a file that is not text',
      { 'a.yaml': new Uint8Array([255]) },
      yaml('a.yaml', { x: 1 }),
      'textUnreadable',
      /UTF-8/,
    ],
    [
      'a symbolic link',
      { 'a.yaml': { mode: '120000', content: encodeText('/etc/passwd') } },
      yaml('a.yaml', { x: 1 }),
      'symbolicLink',
      /symbolic link/,
    ],
    [
      'a path that leaves',
      {},
      yaml('../a.yaml', { x: 1 }),
      'filePathInvalid',
      /leaves/,
    ],
    [
      'a template folder that is not there',
      {},
      { kind: 'template', from: 't', into: 'i' },
      'templateMissing',
      /no templates in t/,
    ],
    [
      'a template that fails',
      { 't/a': 'x\n${{ params.nope }}' },
      { kind: 'template', from: 't', into: 'i' },
      'templateFailed',
      /t\/a failed\. Line 2: params\.nope is not defined/,
    ],
    [
      'a rendered path that leaves',
      { 't/${{ params.p }}': '' },
      { kind: 'template', from: 't', into: 'i', params: { p: '../../x' } },
      'filePathInvalid',
      /leaves/,
    ],
    [
      'two templates for one file',
      { 't/a': '', 't/a.njk': '' },
      { kind: 'template', from: 't', into: 'i' },
      'templateFailed',
      /both make i\/a/,
    ],
    [
      'a link among templates',
      { 't/a': { mode: '120000', content: encodeText('b') } },
      { kind: 'template', from: 't', into: 'i' },
      'symbolicLink',
      /t\/a/,
    ],
    [
      'a file that is too large',
      { 'a.yaml': `x: 1 # ${'x'.repeat(renderLimits.fileBytes)}` },
      yaml('a.yaml', { x: 2 }),
      'fileTooLarge',
      /larger/,
    ],
    [
      'a file that becomes too large',
      { 'a.yaml': 'x: 1\n' },
      yaml('a.yaml', { x: 'y'.repeat(renderLimits.fileBytes) }),
      'fileTooLarge',
      /larger/,
    ],
    [
      'too many files',
      Object.fromEntries(
        Array.from({ length: renderLimits.files + 1 }, (_, at) => [
          `t/${at}`,
          'x',
        ]),
      ),
      { kind: 'template', from: 't', into: 'i' },
      'tooManyFiles',
      /301 files/,
    ],
    [
      'too much in all',
      Object.fromEntries(
        Array.from({ length: 11 }, (_, at) => [
          `t/${at}`,
          'x'.repeat(1_000_000),
        ]),
      ),
      { kind: 'template', from: 't', into: 'i' },
      'changeTooLarge',
      /11000000 bytes/,
    ],
  ])('says what is wrong with %s', async (_, files, edit, code, message) => {
    expect(await render(files, edit)).toEqual({
      reason: expect.objectContaining({
        code,
        message: expect.stringMatching(message),
      }),
    });
  });

  it('deletes all below a folder, and no neighbour of a like name', async () => {
    const files = { 'env/a/ns.yaml': 'a', 'env/a/b/c': 'c', 'env/ab': 'x' };
    const { record, ...result } = (await render(files, {
      kind: 'delete',
      file: 'env/a/',
    })) as Awaited<ReturnType<typeof render>> & { record: unknown[] };
    expect(result).toEqual({
      files: { 'env/a/ns.yaml': undefined, 'env/a/b/c': undefined },
    });
    expect(record).toHaveLength(2);
    expect(await render({}, { kind: 'delete', file: 'env/a/' })).toEqual({
      files: {},
      record: [],
    });
  });

  it.each([
    ['', 'env/a/'],
    ['', 'env/a/link'],
  ])('deletes no link%s: %s', async (_, file) => {
    const link = { mode: '120000' as const, content: encodeText('/etc') };
    expect(
      await render(
        { 'env/a/b': 'b', 'env/a/link': link },
        { kind: 'delete', file },
      ),
    ).toMatchObject({ reason: { code: 'symbolicLink' } });
  });

  describe('templates of another repository', () => {
    const edit = editSchema.parse({
      ...{ kind: 'template', from: 'service/', into: 'apps/web' },
      ...{ repo: 'local:templates', params: { name: 'web' } },
    });
    const renderFrom = (
      readElsewhere: Parameters<typeof renderEdits>[0]['readElsewhere'],
    ) =>
      renderEdits({
        ...{ edits: [edit], readElsewhere, checkPath: () => {} },
        read: repository({ 'service/ns.yaml': 'of this one\n' }),
        renderTemplates: async (files, params) =>
          renderTemplates(files, params),
      });

    it('are read there, and rendered here', async () => {
      const asked: unknown[] = [];
      const there = repository({
        'service/ns.yaml': 'name: ${{ params.name }}\n',
      });
      const result = await renderFrom(async place => {
        asked.push(place);
        return there([place.folder]);
      });
      expect(asked).toEqual([
        { repo: 'local:templates', branch: 'main', folder: 'service/' },
      ]);
      expect(result).toMatchObject({
        files: [
          { path: 'apps/web/ns.yaml', content: encodeText('name: web\n') },
        ],
      });
    });

    it.each([
      [{ code: 'notAllowed', message: 'No.' }, 'notAllowed'],
      [undefined, 'templateMissing'],
    ])('say why they are not: %j', async (reason, code) => {
      const result = await renderFrom(async () => (reason ? { reason } : []));
      expect(result).toMatchObject({ reason: { code } });
    });

    it('are refused where a link is among them', async () => {
      const link = { mode: '120000' as const, content: encodeText('/etc') };
      const there = repository({ 'service/a': link });
      const result = await renderFrom(place => there([place.folder]));
      expect(result).toMatchObject({ reason: { code: 'symbolicLink' } });
    });
  });

  it('throws what is not the matter of the author', async () => {
    await expect(
      renderEdits({
        edits: [{ kind: 'delete', file: 'a' }],
        read: async () => {
          throw new Error('disk');
        },
        renderTemplates: async () => [],
        checkPath: () => {},
      }),
    ).rejects.toThrow('disk');
  });
});

describe('FileTree', () => {
  it('reads through, writes on top and knows what changed', async () => {
    const tree = new FileTree(repository({ 'd/a': '1', 'd/b': '2', c: '3' }));
    const file = (path: string, content?: string) => ({
      path,
      mode: '100644' as const,
      content: content === undefined ? undefined : encodeText(content),
    });
    tree.write(file('d/a'), file('d/n', 'new'), file('c', '3'));
    expect((await tree.read(['d/', 'c'])).map(({ path }) => path)).toEqual([
      'c',
      'd/b',
      'd/n',
    ]);
    expect((await tree.changes()).map(({ path }) => path)).toEqual([
      'd/a',
      'd/n',
    ]);
  });
});
