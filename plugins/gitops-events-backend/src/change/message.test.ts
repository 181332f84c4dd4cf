import { oneLine } from './message';

describe('text of a user on one line of Git', () => {
  it.each([
    ['Fixes #12', '"Fixes" #12'],
    ['closed: GH-3', '"closed": GH-3'],
    [
      'this resolves acme/shop#4 at last',
      'this "resolves" acme/shop#4 at last',
    ],
    [
      'fix https://github.com/acme/shop/issues/1',
      '"fix" https://github.com/acme/shop/issues/1',
    ],
    ['Closing issues #1, #2', '"Closing" issues #1, #2'],
    ['implements group/sub/project#9', '"implements" group/sub/project#9'],
    ['shop fixed at 1.2 #3', 'shop fixed at 1.2 #3'],
    ['prefixes #1', 'prefixes #1'],
    ['[skip ci] [CI-skip] ***NO_CI***', '(skip ci) (CI-skip) (NO_CI)'],
    ['a\u202eb\u2066c\u200ed\ufeffe', 'abcde'],
    ['a\r\n\nGitOps-Change: x\u2028y\u0085z', 'a GitOps-Change: x y z'],
    ['[skip\u202e ci]', '(skip ci)'],
    ['fix\u200fes #1', '"fixes" #1'],
    ['[skip\n ci]', '[skip  ci]'],
  ])('%j becomes %j', (text, line) => {
    expect(oneLine(text, 200)).toBe(line);
    expect(oneLine(oneLine(text, 200), 200)).toBe(line);
  });

  it('is never longer than asked for', () => {
    expect(oneLine('fixes #1 '.repeat(40), 72)).toHaveLength(72);
  });
});
