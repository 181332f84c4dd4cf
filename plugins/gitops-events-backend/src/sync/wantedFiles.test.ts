import type { RepositoryFile } from '@gitops-events/plugin-gitops-events-node';
import { wantedFiles } from './wantedFiles';

const file = (
  path: string,
  content: string | Uint8Array,
  mode: RepositoryFile['mode'] = '100644',
): RepositoryFile => ({ path, mode, content: Buffer.from(content as string) });

describe('wantedFiles', () => {
  it('takes the path off, and keeps bytes and the executable bit', () => {
    const { files, problems } = wantedFiles('apps', [
      file('apps/a.yaml', 'a: 1\n---\nb: 2\n'),
      file('apps/bin/run', 'x', '100755'),
    ]);
    expect(problems).toEqual([]);
    expect(
      [...files].map(([name, { executable }]) => [name, executable]),
    ).toEqual([
      ['a.yaml', false],
      ['bin/run', true],
    ]);
  });

  it.each([
    ['a: 1\nb: [1\nc: 2\n', /^x\.yaml line \d+ is not valid YAML: /],
    [
      'a: 1\na: 2\n',
      /^x\.yaml line 2 is not valid YAML: Map keys must be unique/,
    ],
    ['a: 1\n---\nb: 1\n c: 2\n', /^x\.yaml line \d+ is not valid YAML: /],
    [Uint8Array.of(0x61, 0x3a, 0xff), /^x\.yaml is not UTF-8$/],
  ])('names file and line of YAML that does not parse: %j', (text, problem) => {
    expect(wantedFiles('.', [file('x.yaml', text)]).problems).toEqual([
      expect.stringMatching(problem),
    ]);
  });

  it('says of a file that stayed the same what it said before', () => {
    const wrong = file('wrong.yaml', 'a: [');
    const first = wantedFiles('.', [wrong, file('a.yaml', 'a: 1')]);
    const same = wantedFiles('.', [wrong, file('a.yaml', 'a: [1')], first);
    expect(same.problems).toEqual([
      ...first.problems,
      expect.stringMatching(/^a\.yaml line 1 is not valid YAML/),
    ]);
    const mended = wantedFiles('.', [file('wrong.yaml', 'a: []')], same);
    expect(mended.problems).toEqual([]);
  });

  it('does not judge what is not YAML', () => {
    expect(wantedFiles('.', [file('a.txt', 'a: [')]).problems).toEqual([]);
  });

  it.each([
    [file('apps/link', '/etc/passwd', '120000'), /^link is a symbolic link/],
    [file('apps/../x', 'x'), /must not leave/],
    [file('apps/.git/config', 'x'), /"\.git"/],
    [file('apps/.gitops-events/files.json', '[]'), /tracker's own/],
    [file('apps/.gitops-events-revision', '{}'), /tracker's own/],
  ])('leaves out what it must not write: %j', (one, problem) => {
    const { files, problems } = wantedFiles('apps', [one]);
    expect(files.size).toBe(0);
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });
});
