import { readDocuments } from './readDocuments';

describe('readDocuments', () => {
  it('gives the documents of YAML and JSON files', () => {
    expect(readDocuments('a.yaml', 'a: 1\n---\n# none\n---\nb: [x]\n')).toEqual(
      [{ a: 1 }, { b: ['x'] }],
    );
    expect(readDocuments('a.json', '{"a": {"b": null}}')).toEqual([
      { a: { b: null } },
    ]);
  });

  it.each([
    ['another file', 'a.txt', 'a: 1'],
    ['what is broken', 'a.yaml', 'a: [\n'],
    ['what is too large', 'a.yaml', `a: ${'x'.repeat(600_000)}`],
    [
      'what is nested too deep',
      'a.yaml',
      `a: ${'['.repeat(60)}${']'.repeat(60)}`,
    ],
    ['brackets without end', 'a.yaml', '['.repeat(100_000)],
    [
      'aliases that unfold to too much',
      'a.yaml',
      `a: &a [1,1,1,1,1,1,1,1,1]\n${[...'bcdefgh'].map((name, at) => `${name}: &${name} [${`*${'abcdefgh'[at]},`.repeat(9)}]`).join('\n')}\n`,
    ],
  ])('gives nothing for %s', (_, path, text) => {
    expect(readDocuments(path, text)).toBeUndefined();
  });
});
