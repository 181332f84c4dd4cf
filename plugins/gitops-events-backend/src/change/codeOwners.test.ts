import { codeOwners, codeOwnersPlaces } from './codeOwners';

const file = String.raw`# Who reviews what
*               @acme/everybody
*.tf            @acme/infrastructure  # and modules
/apps/          @acme/apps @pia
apps/shop/*     @shop
/apps/**/prod.yaml @acme/operators
docs            @writers docs@example.com
/with\ space/   @spaced
/apps/open/     
`;

it.each<[string, string[]]>([
  ['README.md', ['@acme/everybody']],
  ['a/b/main.tf', ['@acme/infrastructure']],
  ['apps/web/values.yaml', ['@acme/apps', '@pia']],
  ['other/apps/web.yaml', ['@acme/everybody']],
  ['apps/shop/values.yaml', ['@shop']],
  // Of `apps/shop/*` only what lies in it.
  ['apps/shop/base/values.yaml', ['@acme/apps', '@pia']],
  ['apps/shop/a/b/prod.yaml', ['@acme/operators']],
  ['apps/prod.yaml', ['@acme/operators']],
  ['deep/docs/index.md', ['@writers', 'docs@example.com']],
  ['with space/file', ['@spaced']],
  // A line without owners: nobody.
  ['apps/open/values.yaml', []],
])('the last line that fits %s says who', (path, expected) => {
  expect(codeOwners(file, [path])).toEqual(expected);
});

it('asks each owner of several paths once', () => {
  expect(codeOwners(file, ['README.md', 'a', 'x.tf'])).toEqual([
    '@acme/everybody',
    '@acme/infrastructure',
  ]);
});

it('gives each section of GitLab a say', () => {
  const sections = `* @all
[Database] @acme/data
*.sql
schema/ @dana
^[Optional][2]
*.sql @pia`;
  expect(codeOwners(sections, ['a.sql'])).toEqual([
    '@all',
    '@acme/data',
    '@pia',
  ]);
  expect(codeOwners(sections, ['schema/a.sql'])).toEqual([
    '@all',
    '@dana',
    '@pia',
  ]);
});

it.each([
  ['github', '.github/CODEOWNERS'],
  ['gitlab', 'CODEOWNERS'],
])('is looked for by %s first as %s', (host, first) => {
  const there = ['.gitlab/CODEOWNERS', 'CODEOWNERS', '.github/CODEOWNERS'];
  const found = codeOwnersPlaces(host).find(one => there.includes(one));
  expect(found).toBe(first);
});

it('is not slowed down by what somebody wrote', () => {
  const hostile = `${'*a'.repeat(400)} @x\n/${'**/'.repeat(300)}z @y`;
  const path = `${'a/'.repeat(100)}${'a'.repeat(200)}b`;
  expect(codeOwners(hostile, [path])).toEqual([]);
});
