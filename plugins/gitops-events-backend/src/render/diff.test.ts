import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { diffFiles, diffHash, type FilePair } from './diff';
import { encodeText } from './text';

const side = (text: string, mode = '100644') => ({
  mode,
  content: encodeText(text),
});
const pair = (before: string, after: string, path = 'a.yaml'): FilePair => ({
  path,
  before: side(before),
  after: side(after),
});
const numbered = (count: number) =>
  Array.from({ length: count }, (_, at) => `line ${at}\n`).join('');

describe('diffFiles', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'diff-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function gitApply(before: string, after: string): string {
    const [diff] = diffFiles([pair(before, after)]);
    const file = join(folder, 'a.yaml');
    writeFileSync(file, before);
    const patch = `diff --git a/a.yaml b/a.yaml\n--- a/a.yaml\n+++ b/a.yaml\n${diff.patch}`;
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
      cwd: folder,
      input: patch,
    });
    return readFileSync(file, 'utf8');
  }

  it.each([
    ['one line of many', numbered(50), numbered(50).replace('line 25', 'new')],
    [
      'two places',
      numbered(50),
      numbered(50).replace('line 5\n', '').replace('line 44', 'x'),
    ],
    ['no line break at the end, before', 'a\nb', 'a\nb\n'],
    ['no line break at the end, after', 'a\nb\n', 'a\nc'],
    ['no line break at the end, both', 'a\nb', 'a\nc'],
    ['CRLF', 'a\r\nb\r\n', 'a\r\nc\r\n'],
    ['CRLF to LF', 'a\r\nb\r\n', 'a\nb\n'],
    [
      'lines like patch lines',
      '@@ -1 +1 @@\n--- a\n+++ b\n',
      '@@ -1 +1 @@\n--- c\n+++ b\n\\ No\n',
    ],
    [
      'nothing in common, and much',
      numbered(5000),
      numbered(5000).replaceAll('line', 'row'),
    ],
  ])('gives patches that git applies: %s', (_, before, after) => {
    expect(gitApply(before, after)).toBe(after);
  });

  it('gives patches that git applies, of any text', () => {
    const text = fc
      .array(
        fc.constantFrom('a', 'b', '', ' c', '+d', '-e', '@@', '\\ f', 'g\r'),
      )
      .chain(lines =>
        fc.constantFrom(lines.join('\n'), `${lines.join('\n')}\n`),
      );
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== '' && after !== '' && before !== after);
        expect(gitApply(before, after)).toBe(after);
      }),
      { numRuns: 40 },
    );
  });

  it('tells kinds, counts and binaries', () => {
    expect(
      diffFiles([
        { path: 'new', after: side('a\nb\n') },
        { path: 'gone', before: side('a\n') },
        pair('a\nb\n', 'a\nc\nd\n', 'changed'),
        pair('same\n', 'same\n', 'same'),
        {
          path: 'logo',
          after: { mode: '100644', content: new Uint8Array([0, 1]) },
        },
        { path: 'run', before: side('x\n'), after: side('x\n', '100755') },
      ]).map(({ patch, ...rest }) => rest),
    ).toEqual([
      {
        path: 'changed',
        kind: 'modified',
        additions: 2,
        deletions: 1,
        binary: false,
      },
      {
        path: 'gone',
        kind: 'deleted',
        additions: 0,
        deletions: 1,
        binary: false,
      },
      { path: 'logo', kind: 'added', additions: 0, deletions: 0, binary: true },
      { path: 'new', kind: 'added', additions: 2, deletions: 0, binary: false },
      {
        path: 'run',
        kind: 'modified',
        additions: 0,
        deletions: 0,
        binary: false,
      },
    ]);
  });
});

describe('diffHash', () => {
  const edit = (text: string) => text.replace('line 25\n', 'new\n');

  it('stays when base moves elsewhere in the file', () => {
    const moved = `first\n${numbered(50).replace('line 40', 'other')}`;
    expect(diffHash([pair(moved, edit(moved))])).toBe(
      diffHash([pair(numbered(50), edit(numbered(50)))]),
    );
  });

  it('does not depend on the order of files', () => {
    const pairs = [pair('a', 'b', 'x'), pair('c', 'd', 'y')];
    expect(diffHash(pairs)).toBe(diffHash([...pairs].reverse()));
  });

  const block = (name: string, replicas: number) =>
    `${name}:\n  image: shop\n  cpu: 1\n  memory: 1\n  replicas: ${replicas}\n  port: 80\n  probe: /\n  log: info\n`;
  const both = (staging: number, production: number) =>
    block('staging', staging) + block('production', production);
  const hash = (before: string, after: string) =>
    diffHash([pair(before, after)]);

  it('tells the same lines of another part of the file', () => {
    const before = both(1, 1);
    expect(hash(before, both(50, 1))).not.toBe(hash(before, both(1, 50)));
    // Also where base moved so that they stand where the others stood.
    const turned = block('production', 1) + block('staging', 1);
    const after = block('production', 50) + block('staging', 1);
    expect(hash(turned, after)).not.toBe(hash(before, both(50, 1)));
    expect(hash(turned, after)).not.toBe(
      hash(before.replaceAll('cpu: 1', 'cpu: 2'), both(50, 1)),
    );
  });

  it('stays when base moves, where the part of the file is told', () => {
    const before = both(1, 1);
    const moved = `extra:\n  a: 1\n${before}last: 1\n`;
    expect(hash(moved, `extra:\n  a: 1\n${both(1, 50)}last: 1\n`)).toBe(
      hash(before, both(1, 50)),
    );
  });

  it('tells parts of a list whose names stand elsewhere in them', () => {
    const item = (name: string, size: number) =>
      `- a: 1\n  size: ${size}\n  b: 1\n  c: 1\n  d: 1\n  e: 1\n  name: ${name}\n`;
    const list = (one: number, two: number) => item('x', one) + item('y', two);
    expect(hash(list(1, 1), list(2, 1))).not.toBe(hash(list(1, 1), list(1, 2)));
  });

  it('is another for every other result, of any text', () => {
    const text = fc
      .array(fc.constantFrom('a:', '  b: 1', '  b: 2', '', 'c'), {
        maxLength: 24,
      })
      .map(lines => lines.join('\n'));
    fc.assert(
      fc.property(text, text, text, (before, one, other) => {
        fc.pre(one !== other && before !== one && before !== other);
        expect(hash(before, one)).not.toBe(hash(before, other));
      }),
    );
    const places = fc.nat({ max: 11 });
    fc.assert(
      fc.property(places, places, fc.nat({ max: 3 }), (one, other, every) => {
        fc.pre(one !== other);
        const lines = Array.from({ length: 12 }, (_, at) =>
          at % (every + 1) === 0 ? 'a:' : '  b: 1',
        );
        const edited = (at: number) =>
          lines.map((line, here) => (here === at ? '  b: 2' : line)).join('\n');
        expect(hash(lines.join('\n'), edited(one))).not.toBe(
          hash(lines.join('\n'), edited(other)),
        );
      }),
    );
  });

  it.each<[string, FilePair]>([
    ['another path', pair('a\n', 'b\n', 'other')],
    ['another line', pair('a\n', 'c\n')],
    ['another mode', { ...pair('a\n', 'b\n'), after: side('b\n', '100755') }],
    ['other lines around', pair('x\na\n', 'x\nb\n')],
    ['an addition instead', { path: 'a.yaml', after: side('b\n') }],
  ])('tells %s', (_, other) => {
    expect(diffHash([other])).not.toBe(diffHash([pair('a\n', 'b\n')]));
  });
});
