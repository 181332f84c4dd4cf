import { formatSteps, parseYamlPath } from './yamlPath';

const key = (name: string) => ({ kind: 'key', key: name });

describe('parseYamlPath', () => {
  it.each([
    ['image.tag', [key('image'), key('tag')]],
    ['a["b.c/d"].e', [key('a'), key('b.c/d'), key('e')]],
    ['"a b".c', [key('a b'), key('c')]],
    ['a["say \\"hi\\""]', [key('a'), key('say "hi"')]],
    [
      'a[0][12].b',
      [
        key('a'),
        { kind: 'index', index: 0 },
        { kind: 'index', index: 12 },
        key('b'),
      ],
    ],
    ['a[+]', [key('a'), { kind: 'append' }]],
    [
      'a[name=web,ports.http="8,0"].b',
      [
        key('a'),
        {
          kind: 'item',
          where: [
            { field: ['name'], value: 'web' },
            { field: ['ports', 'http'], value: '8,0' },
          ],
        },
        key('b'),
      ],
    ],
    [
      'images[name=ghcr.io/a/b:1@x].tag',
      [
        key('images'),
        {
          kind: 'item',
          where: [{ field: ['name'], value: 'ghcr.io/a/b:1@x' }],
        },
        key('tag'),
      ],
    ],
    [
      'a["x.y"=1]',
      [key('a'), { kind: 'item', where: [{ field: ['x.y'], value: '1' }] }],
    ],
    [
      '[op=add].value',
      [
        { kind: 'item', where: [{ field: ['op'], value: 'add' }] },
        key('value'),
      ],
    ],
    ['größe.año', [key('größe'), key('año')]],
  ])('%s', (text, steps) => {
    expect(parseYamlPath(text)).toEqual({ document: [], steps });
    expect(parseYamlPath(formatSteps(parseYamlPath(text).steps)).steps).toEqual(
      steps,
    );
  });

  it('reads which document is meant', () => {
    expect(
      parseYamlPath('[kind=Deployment,metadata.name=web]/spec.replicas'),
    ).toEqual({
      document: [
        { field: ['kind'], value: 'Deployment' },
        { field: ['metadata', 'name'], value: 'web' },
      ],
      steps: [key('spec'), key('replicas')],
    });
  });

  it.each([
    ['', 1, 'a key'],
    ['.a', 1, 'a key'],
    ['a.', 3, 'a key'],
    ['a..b', 3, 'a key'],
    ['a b', 2, '"." or "["'],
    ['a[', 3, 'a key'],
    ['a[b]', 4, '"=" and a value'],
    ['a[b=]', 5, 'a value'],
    ['a[b=c', 6, '"]"'],
    ['a["b]', 3, 'a key'],
    ['a["\\q"]', 3, 'a string in double quotes'],
    ['[kind=A]/', 10, 'a key'],
    ['a[0]b', 5, '"." or "["'],
  ])('says where %j stops making sense', (text, at, expected) => {
    expect(() => parseYamlPath(text)).toThrow(
      expect.objectContaining({
        code: 'pathInvalid',
        message: expect.stringContaining(
          `at character ${at}: expected ${expected}`,
        ),
      }),
    );
  });

  it('knows that nothing follows [+]', () => {
    expect(() => parseYamlPath('a[+].b')).toThrow(/stands at its end/);
  });
});
