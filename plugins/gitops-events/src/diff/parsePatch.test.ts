import { parsePatch } from './parsePatch';

describe('parsePatch', () => {
  it('numbers each line on the side it stands', () => {
    const lines = parsePatch(
      '--- a/x\n+++ b/x\n@@ -3,3 +3,4 @@ spec:\n a\n-b\n+c\n+d\n e\n',
    );
    expect(
      lines.map(({ kind, before, after, text }) => [kind, before, after, text]),
    ).toEqual([
      ['hunk', undefined, undefined, '@@ -3,3 +3,4 @@ spec:'],
      ['same', 3, 3, 'a'],
      ['deleted', 4, undefined, 'b'],
      ['added', undefined, 4, 'c'],
      ['added', undefined, 5, 'd'],
      ['same', 5, 6, 'e'],
    ]);
  });

  it('starts again at each hunk', () => {
    const lines = parsePatch(
      '@@ -1 +1 @@\n-a\n+b\n@@ -90,1 +90,1 @@\n-y\n+z\n',
    );
    expect(lines[4]).toEqual({ kind: 'deleted', text: 'y', before: 90 });
  });

  it('keeps lines that look like headers when they are content', () => {
    const lines = parsePatch('@@ -1,2 +1,2 @@\n--- a: 1\n+++ b: 2\n same\n');
    expect(lines.slice(1).map(({ kind, text }) => [kind, text])).toEqual([
      ['deleted', '-- a: 1'],
      ['added', '++ b: 2'],
      ['same', 'same'],
    ]);
  });

  it('tells a missing newline as a note', () => {
    const lines = parsePatch(
      '@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n',
    );
    expect(lines[3]).toEqual({
      kind: 'note',
      text: 'No newline at end of file',
    });
  });
});
