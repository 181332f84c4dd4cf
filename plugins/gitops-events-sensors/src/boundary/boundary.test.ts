import { sensorOf } from '../__testUtils__/sensorOf';
import type { SensorInput } from '../schema';
import type { Boundary } from './boundary';
import { checkBoundary } from './checkBoundary';
import { checkRead } from './checkRead';
import { checkResolved, type ResolvedUse } from './checkResolved';
import { isRepositoryPath } from './repositoryPath';

const owner = 'group:default/shop';
const boundary: Boundary = {
  owner,
  ingresses: ['harbor'],
  actions: ['git:*', 'sync:wait'],
  repositories: [
    {
      repo: 'local:shop',
      branches: ['main', 'env/*'],
      paths: ['apps/', 'x.yaml'],
    },
    { repo: 'local:shop-*', branches: ['main'], paths: ['*'] },
  ],
  environments: ['dev', 'test-*'],
  merge: false,
};

const dependencies = (ingress?: string) => [
  { name: 'pushed', type: 'image.pushed', ingress },
];
const change = (input: Record<string, unknown>) => ({
  steps: [
    {
      id: 'bump',
      action: 'git:change',
      input: { repo: 'local:shop', edits: [], ...input },
    },
  ],
});
const edit = (file: string) => ({ kind: 'yaml', file, set: {} });

describe('checkBoundary', () => {
  const problems = (spec: Partial<SensorInput['spec']>, of?: Boundary) =>
    checkBoundary(
      sensorOf({ dependencies: dependencies('harbor'), ...spec }),
      of ?? boundary,
    ).map(({ path, message }) => `${path.join('.')} ${message}`);

  it('grants what it lists', () => {
    expect(problems({})).toEqual([]);
    expect(
      problems({
        target: { environment: 'test-7' },
        ...change({
          base: 'env/dev',
          edits: [edit('apps/a.yaml'), edit('x.yaml')],
        }),
      }),
    ).toEqual([]);
    expect(
      problems(change({ repo: 'local:shop-web', edits: [edit('any')] })),
    ).toEqual([]);
  });

  it('leaves to the event what only an event tells', () => {
    expect(
      problems({
        target: { environment: '${{ event.data.env }}' },
        ...change({
          repo: 'local:${{ event.data.repo }}',
          base: '${{ event.data.base }}',
          edits: [edit('${{ event.data.file }}')],
        }),
      }),
    ).toEqual([]);
  });

  it.each([
    [
      { dependencies: dependencies('other') },
      /^spec.dependencies.0.ingress .* ingress "other"; granted are: harbor/,
    ],
    [
      { dependencies: dependencies() },
      /^spec.dependencies.0 Without `ingress` this listens to everybody/,
    ],
    [
      { mode: 'auto' as const },
      /^spec.mode Changes of group:default\/shop may not merge themselves/,
    ],
    [
      change({ merge: { direct: true } }),
      /^spec.steps.0.input.merge.direct .* without a pull request/,
    ],
    [
      { target: { environment: 'production' } },
      /^spec.target.environment .* "production"; granted are: dev, test-\*/,
    ],
    [
      { steps: [{ id: 'a', action: 'http:request' }] },
      /^spec.steps.0.action .* "http:request"/,
    ],
    [
      change({ repo: 'local:other' }),
      /^spec.steps.0.input.repo .* may not change local:other/,
    ],
    [
      change({ base: 'production' }),
      /^spec.steps.0.input.base .* branch "production" of local:shop/,
    ],
    [
      change({ edits: [edit('secrets/a.yaml')] }),
      /^spec.steps.0.input.edits.0.file .* "secrets\/a.yaml" in local:shop; granted are: apps\/, x.yaml/,
    ],
    [
      change({ edits: [edit('apps/../secrets/a.yaml')] }),
      /edits.0.file .* is not a path inside the repository/,
    ],
    [
      change({ edits: [{ kind: 'template', from: 't', into: 'apps2' }] }),
      /edits.0.into .* "apps2\/"/,
    ],
  ])('refuses %j', (spec, message) => {
    expect(problems(spec)).toEqual([expect.stringMatching(message)]);
  });

  it('is closed without a boundary', () => {
    expect(checkBoundary(sensorOf(), undefined)).toEqual([
      {
        rule: 'boundary',
        path: ['metadata', 'owner'],
        message: expect.stringContaining(
          'Nothing is granted to group:default/shop',
        ),
      },
    ]);
  });

  it('listens to everybody only where everybody is granted', () => {
    const open = { ...boundary, ingresses: ['*'] };
    expect(problems({ dependencies: dependencies() }, open)).toEqual([]);
  });
});

describe('checkResolved', () => {
  const main = { repo: 'local:shop', base: 'main' };

  it.each<ResolvedUse>([
    {},
    { action: 'git:change', environment: 'dev' },
    { ...main, paths: ['apps/a/b.yaml', 'x.yaml'] },
    { repo: 'local:shop-x', base: 'main', paths: ['anything'] },
  ])('allows %j', use => {
    expect(checkResolved(owner, boundary, use)).toBeUndefined();
  });

  it.each<[ResolvedUse, string]>([
    [{ action: 'http:request' }, 'notAllowed'],
    [{ environment: 'production' }, 'notAllowed'],
    [{ merges: true }, 'notAllowed'],
    [{ repo: 'local:other', base: 'main' }, 'notAllowed'],
    [{ repo: 'local:shop', base: 'mainline' }, 'notAllowed'],
    [{ ...main, paths: ['apps/a.yaml', 'y.yaml'] }, 'notAllowed'],
    [{ ...main, paths: ['apps'] }, 'notAllowed'],
    [{ ...main, paths: ['x.yaml.bak'] }, 'notAllowed'],
    [{ ...main, paths: ['apps/../y.yaml'] }, 'path'],
    [{ repo: 'local:shop-x', base: 'main', paths: ['/etc/passwd'] }, 'path'],
  ])('refuses %j', (use, code) => {
    expect(checkResolved(owner, boundary, use)).toMatchObject({ code });
  });

  it('is closed without a boundary', () => {
    expect(checkResolved(owner, undefined, {})).toMatchObject({
      code: 'notAllowed',
      message: expect.stringContaining('may not do anything'),
    });
  });
});

describe('what an owner may read elsewhere', () => {
  const template = (over: object) =>
    change({
      edits: [
        {
          ...{ kind: 'template', from: 'service', into: 'apps/web' },
          ...{ repo: 'local:templates', ...over },
        },
      ],
    });
  const reads = [
    {
      repo: 'local:templates',
      branches: ['main', 'v1*'],
      paths: ['service/', 'job/cron/'],
    },
  ];
  const problems = (over: object, of: Boundary = { ...boundary, reads }) =>
    checkBoundary(
      sensorOf({ dependencies: dependencies('harbor'), ...template(over) }),
      of,
    ).map(({ path, message }) => `${path.join('.')} ${message}`);

  it.each([
    {},
    { from: 'service/small/' },
    { from: 'job/cron', branch: 'v1.2' },
    { from: '${{ event.data.kind }}' },
    { repo: 'local:${{ event.data.repo }}' },
    { repo: 'local:shop-web', from: 'anything' },
  ])('is what is granted: %j', over => {
    expect(problems(over)).toEqual([]);
  });

  it.each([
    { from: 'services' },
    { from: 'job' },
    { from: 'service/../secrets' },
    { from: '.git' },
    { branch: 'develop' },
    { repo: 'local:other' },
    { repo: 'local:shop', branch: 'main', from: 'secrets' },
  ])('and nothing else: %j', over => {
    expect(problems(over)).toEqual([
      expect.stringMatching(/^spec.steps.0.input.edits.0.repo /),
    ]);
    const place = {
      ...{ repo: 'local:templates', branch: 'main', folder: 'service' },
      ...over,
      ...('from' in over && { folder: over.from }),
    };
    expect(checkRead(owner, { ...boundary, reads }, place)).toBeDefined();
  });

  it('is nothing without a boundary', () => {
    const place = { repo: 'local:shop', branch: 'main', folder: 'apps' };
    expect(checkRead(owner, boundary, place)).toBeUndefined();
    expect(checkRead(owner, undefined, place)).toMatchObject({
      code: 'notAllowed',
    });
    expect(problems({}, boundary)).toHaveLength(1);
  });
});

describe('isRepositoryPath', () => {
  it.each([
    'a',
    'a/b.yaml',
    '.github/workflows/a.yml',
    'a/',
    'a b/ü',
    '.gitignore',
  ])('takes %j', path => {
    expect(isRepositoryPath(path)).toBe(true);
  });

  it.each([
    '',
    '/',
    '/a',
    'a//b',
    '..',
    '../a',
    'a/../b',
    './a',
    'a/.',
    'a\\b',
    'a\u0000',
    '.git',
    'a/.GIT/config',
    '.git./x',
    'a'.repeat(1025),
  ])('refuses %.30j', path => {
    expect(isRepositoryPath(path)).toBe(false);
  });
});
