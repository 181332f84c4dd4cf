import { setYamlValue } from './yamlEdit';

describe('setYamlValue', () => {
  it('tells what stood there before', () => {
    const text = 'a: 1.10\nb: { c: [x] }\nd: &d y\n';
    expect(setYamlValue(text, 'a', 'z').before).toBe(1.1);
    expect(setYamlValue(text, 'b', 'z').before).toEqual({ c: ['x'] });
    expect(setYamlValue(text, 'e', 'z').before).toBeUndefined();
    expect(setYamlValue(text, 'b.c[+]', 'y').before).toBeUndefined();
  });

  it.each([
    ["a: {b: 'x' }   # odd\n", 'a.b', 'x'],
    ['a: 3\n', 'a', 3],
    ['a: ~\n', 'a', null],
    ['a:\n', 'a', null],
    ['a: { b: 1, c: [2] }\n', 'a', { c: [2], b: 1 }],
    ['a: &x { b: 1 }\nc: *x\n', 'a.b', 1],
  ])('leaves %j alone when %s is that already', (text, path, value) => {
    expect(setYamlValue(text, path, value).text).toBe(text);
  });

  it.each([
    ['on', 'a: "on"\n'],
    [true, 'a: true\n'],
  ])('does not leave what only some readers take as %j', (value, after) => {
    expect(setYamlValue('a: on\n', 'a', value).text).toBe(after);
  });

  const shared = 'x: &x\n  b: 1\n  m: { n: 1 }\na: *x\nc:\n  <<: *x\n';
  it.each([
    ['a', 2, 'sharedValue', /^a is the alias \*x/],
    ['a.b', 2, 'sharedValue', /^a is the alias \*x/],
    ['c.m.n', 2, 'sharedValue', /^m comes from a merge key/],
    ['c["<<"]', 2, 'sharedValue', /merge key/],
    ['c.<<.b', 2, 'pathInvalid', /character 3/],
    ['x', 'gone', 'sharedValue', /^x is shared as &x, so it stays a map/],
    ['x.b.d', 2, 'pathNotFound', /^x\.b is not a map/],
    ['x[0]', 2, 'pathNotFound', /^x is not a list/],
    ['y[0]', 2, 'pathNotFound', /no list to find \[0\]/],
    ['y.z[name=a].b', 2, 'pathNotFound', /no list to find \[name=a\]/],
    [
      '[kind=Pod]/a',
      2,
      'documentNotSelected',
      /No document of the file has kind=Pod/,
    ],
    ['x.b', '\ud800', 'valueInvalid', /surrogate/],
    ['x.b', NaN, 'valueInvalid', /not a number/],
  ])('refuses to set %s to %j', (path, value, code, message) => {
    expect(() => setYamlValue(shared, path, value)).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringMatching(message),
      }),
    );
  });

  it('says how to select when there is a choice', () => {
    const text =
      'kind: A\n---\nkind: B\nlist: [{n: 1}, {n: 1}, {n: 2}]\n---\nkind: A\n';
    const refusal = (path: string) => {
      try {
        return setYamlValue(text, path, 1).text;
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(refusal('x')).toMatch(/has 3 documents\. Say which one/);
    expect(refusal('[kind=A]/x')).toMatch(
      /2 documents of the file have kind=A; name more fields/,
    );
    expect(refusal('[kind=B]/list[n=1].x')).toMatch(
      /2 items of the list list have n=1/,
    );
    expect(refusal('[kind=B]/list[n=3].x')).toMatch(
      /No item of the list list has n=3/,
    );
    expect(refusal('[kind=B]/list[3]')).toMatch(
      /has 3 items, so there is no \[3\]/,
    );
  });

  it.each([
    ['a: [\n', /^Line 2, column 1/],
    ['a: 1\n b: 2\n', /^Line 1, column 4/],
    ['a: 1\na: 2\n', /^Line 2.*unique/],
    ['a: *nowhere\n', /^Line 1, column 4: There is no &nowhere/],
    ['a: "\n', /^Line/],
    ['\ta: 1\n', /^Line 1/],
    ['['.repeat(100_000), /Nested deeper than 200/],
    ['- '.repeat(100_000), /Nested deeper than 200/],
    ['? '.repeat(100_000), /Nested deeper than 200/],
    ['{a: '.repeat(100_000), /Nested deeper than 200/],
  ])('refuses a file such as %.20j with the line', (text, message) => {
    expect(() => setYamlValue(text, 'a', 1)).toThrow(
      expect.objectContaining({
        code: 'yamlUnreadable',
        message: expect.stringMatching(message),
        detail: { line: expect.any(Number), column: expect.any(Number) },
      }),
    );
  });

  it('refuses aliases that unfold to too much', () => {
    const lines = [...'bcdefghi'].map(
      (name, at) => `${name}: &${name} [${`*${'abcdefgh'[at]},`.repeat(9)}]`,
    );
    const bomb = `a: &a [1,1,1,1,1,1,1,1,1]\n${lines.join('\n')}\nz: { y: *i }\n`;
    expect(() => setYamlValue(bomb, 'z', 1)).toThrow(
      expect.objectContaining({ code: 'yamlUnreadable' }),
    );
    expect(setYamlValue(bomb, 'new', 1).text).toBe(`${bomb}new: 1\n`);
  });
});
