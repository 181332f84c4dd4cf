import { splitRepositoryPath } from './repositoryPath';

describe('splitRepositoryPath', () => {
  it.each([
    ['apps/shop/values.yaml', ['apps', 'shop', 'values.yaml']],
    ['-rf', ['-rf']],
    ['--upload-pack=x', ['--upload-pack=x']],
    ['.github/workflows/ci.yaml', ['.github', 'workflows', 'ci.yaml']],
    ['.gitignore', ['.gitignore']],
    ['a b/ü', ['a b', 'ü']],
    ['a.b/c d/.x', ['a.b', 'c d', '.x']],
    ['role:admin.yaml', ['role:admin.yaml']],
    ['git~10/gi7eb~1', ['git~10', 'gi7eb~1']],
  ])('takes %j', (path, parts) => {
    expect(splitRepositoryPath(path)).toEqual(parts);
  });

  it.each([
    ['', /is empty/],
    ['../x', /must not leave/],
    ['a/../../x', /must not leave/],
    ['a/./x', /must not leave/],
    ['/etc/passwd', /absolute/],
    ['C:/x', /absolute/],
    ['a//b', /empty part/],
    ['a/', /empty part/],
    ['a\\b', /backslash/],
    ['a\nb', /line break/],
    ['a\0b', /control character/],
    ['a\u007fb', /control character/],
    ['.git/config', /\.git/],
    ['a/.GIT/hooks/x', /\.git/],
    ['.Git', /\.git/],
    ['.g\u200cit/x', /\.git/],
    ['\ufeff.git', /\.git/],
    ['git~1/config', /\.git/],
    ['.git./x', /\.git/],
    ['.git . /x', /\.git/],
    ['.git::$INDEX_ALLOCATION/x', /\.git/],
    ['.gitmodules', /submodules/],
    ['GITMOD~1', /submodules/],
    ['GI7EBA~1', /submodules/],
    ['a/gi7e~123', /submodules/],
    ['~1000000 .', /submodules/],
    ['.gitmodules::$DATA', /submodules/],
    ['...', /Windows/],
    ['apps./x', /Windows/],
    ['apps /x', /Windows/],
    ['apps/shop.yaml.', /Windows/],
    ['.github /workflows/x', /Windows/],
    ['CODEOWNERS::$DATA', /Windows/],
    ['apps:$I30:$INDEX_ALLOCATION/x', /Windows/],
    ['apps/\u202elmay.x', /not shown/],
    ['apps/sh\u200bop.yaml', /not shown/],
    ['apps/sh\u00adop.yaml', /not shown/],
    ['apps/\u0085x', /not shown/],
    ['apps/\u2028x', /not shown/],
    ['apps/\u{e0041}x', /not shown/],
    ['a/\ud800', /Unicode/],
    ['x'.repeat(256), /255 bytes/],
    [`${'x/'.repeat(600)}x`, /1024/],
  ])('refuses %j', (path, why) => {
    expect(() => splitRepositoryPath(path)).toThrow(why);
    expect(() => splitRepositoryPath(path)).toThrow(
      expect.objectContaining({ name: 'InputError' }),
    );
  });
});
