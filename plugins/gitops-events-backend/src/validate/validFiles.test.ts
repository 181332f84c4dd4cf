import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from '../git/__testUtils__/gitCommand';
import { testChange, verdictOf } from '../policy/__testUtils__/testChange';
import { validFiles } from './validFiles';

const check = validFiles();
const on = (file: string, after: string, before?: string) =>
  verdictOf(check, testChange({ [file]: [before, after] }));
const object = (kind: string, name: string, apiVersion = 'v1') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\n`;

describe('a file that is written', () => {
  it.each([
    ['a.yaml', 'a: 1\nb: [x\n', /^a\.yaml, line 3, column 1: /],
    ['a.yaml', 'a: 1\n---\nb: 1\nb: 2\n', /^a\.yaml, line 4, column 1: /],
    ['a.yml', 'a: *nobody\n', /^a\.yml, line 1, column 4: There is no &nobody/],
    [
      'a.json',
      '{\n  "a": 1,\n}\n',
      /^a\.json, line 3, column 1: this is not JSON/,
    ],
  ])('%s with %j is denied, with its place', async (file, text, says) => {
    const verdict = await on(file, text);
    expect(verdict.verdict).toBe('deny');
    expect(verdict.reasons).toEqual([expect.stringMatching(says)]);
  });

  it.each([
    ['other files', 'a.txt', '{ [', undefined],
    [
      'a chart that is not rendered yet',
      'chart/templates/a.yaml',
      '{{ if .x }}\na: [\n',
      undefined,
    ],
    ['a file that was broken before', 'a.yaml', 'a: [\nb: 2\n', 'a: [\nb: 1\n'],
    [
      'several documents',
      'a.yaml',
      'a: 1\n---\n# none\n---\nb: 1\n',
      undefined,
    ],
    ['a comment alone', 'a.yaml', '# none\n', undefined],
  ])('is passed: %s', async (_, file, after, before) => {
    expect(await on(file, after, before)).toMatchObject({ verdict: 'pass' });
  });

  it('is denied where the change broke it', async () => {
    expect(await on('a.yaml', 'a: [\n', 'a: 1\n')).toMatchObject({
      verdict: 'deny',
    });
  });
});

describe('an object of Kubernetes', () => {
  it.each([
    [
      'a name with capitals',
      object('ConfigMap', 'Shop'),
      /line 4, column 9: ConfigMap Shop: metadata\.name "Shop"/,
    ],
    [
      'a name that is a number',
      object('ConfigMap', '12'),
      /metadata\.name is no text/,
    ],
    [
      'no name',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n',
      /no metadata\.name/,
    ],
    [
      'no metadata',
      'apiVersion: apps/v1\nkind: Deployment\n',
      /no metadata\.name/,
    ],
    ['a service with a dot', object('Service', 'a.b'), /metadata\.name/],
    [
      'a version that is none',
      object('ConfigMap', 'a', 'apps/1'),
      /apiVersion "apps\/1"/,
    ],
    [
      'a label that is a number',
      `${object('ConfigMap', 'a')}  labels: { version: 1.10 }\n`,
      /line 5, column 22: .*labels\.version is 1\.1 and no text/,
    ],
    [
      'no apiVersion',
      'kind: Deployment\nmetadata: { name: a }\n',
      /no apiVersion/,
    ],
    [
      'one bad in a list',
      `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    metadata: { name: A }\n`,
      /line 6, .*"A"/,
    ],
    [
      'a bad one behind a good one',
      `${object('Pod', 'a')}---\n${object('Pod', 'B')}`,
      /line 9, .*"B"/,
    ],
  ])('with %s is denied', async (_, text, says) => {
    const verdict = await on('a.yaml', text);
    expect(verdict.verdict).toBe('deny');
    expect(verdict.reasons).toEqual([expect.stringMatching(says)]);
  });

  it.each([
    ['an ordinary one', object('Deployment', 'shop.web-1', 'apps/v1')],
    [
      'a role of the system',
      object('ClusterRole', '"system:Node"', 'rbac.authorization.k8s.io/v1'),
    ],
    ['a name that is filled in later', object('ConfigMap', '"app-${env}"')],
    [
      'a generated name',
      'apiVersion: v1\nkind: Pod\nmetadata: { generateName: a- }\n',
    ],
    [
      'a kustomization',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
    ],
    ['a kubeconfig', 'apiVersion: v1\nkind: Config\n'],
    [
      'what other systems call so',
      object('Component', 'My_Service', 'backstage.io/v1alpha1'),
    ],
    ['values of a chart', 'kind: Deployment\nmetadata: { a: 1 }\n'],
  ])('is passed: %s', async (_, text) => {
    expect(await on('a.yaml', text)).toMatchObject({ verdict: 'pass' });
  });

  it('is denied for new mistakes alone', async () => {
    const before = object('ConfigMap', 'Shop');
    expect(await on('a.yaml', `# a note\n${before}`, before)).toMatchObject({
      verdict: 'pass',
    });
    const more = await on('a.yaml', `${before}  labels: { a: 1 }\n`, before);
    expect(more.reasons).toEqual([expect.stringContaining('labels.a')]);
  });
});

describe('schemas of Kubernetes', () => {
  let folder: string;
  const schema = {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        required: ['replicas'],
        additionalProperties: false,
        properties: { replicas: { type: 'integer', format: 'int32' } },
      },
    },
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    const write = (name: string, what: unknown) =>
      writeFile(path.join(folder, name), JSON.stringify(what));
    await write('deployment-apps-v1.json', schema);
    await mkdir(path.join(folder, 'argoproj.io'));
    await write('argoproj.io/rollout_v1alpha1.json', schema);
    await write('pod-v1.json', { type: 'nonsense' });
  });
  afterAll(() => rm(folder, { recursive: true }));

  const ask = (text: string) =>
    verdictOf(validFiles(folder), testChange({ 'a.yaml': [undefined, text] }));
  const withSpec = (kind: string, apiVersion: string, spec: string) =>
    `${object(kind, 'shop', apiVersion)}spec: ${spec}\n`;

  it.each([
    [
      'Deployment',
      'apps/v1',
      '{ replicas: "3" }',
      /line 5, column 19: Deployment shop: spec\.replicas must be integer/,
    ],
    [
      'Deployment',
      'apps/v1',
      '{ replicas: 3, replica: 4 }',
      /spec must NOT have additional properties: replica/,
    ],
    [
      'Rollout',
      'argoproj.io/v1alpha1',
      '{}',
      /Rollout shop: spec must have required property 'replicas'/,
    ],
  ])('deny a %s (%s) with %s', async (kind, version, spec, says) => {
    const verdict = await ask(withSpec(kind, version, spec));
    expect(verdict.verdict).toBe('deny');
    expect(verdict.reasons).toEqual([expect.stringMatching(says)]);
  });

  it('pass a kind that nobody described, with a note', async () => {
    expect(await ask(withSpec('Widget', 'example.com/v1', '{}'))).toMatchObject(
      {
        verdict: 'pass',
        reasons: [
          'There is no schema for Widget (example.com/v1); it was not checked.',
        ],
      },
    );
    expect(
      await ask(withSpec('Deployment', 'apps/v1', '{ replicas: 3 }')),
    ).toMatchObject({
      verdict: 'pass',
      reasons: [],
    });
  });

  it('look for no file outside of the folder', async () => {
    const verdict = await ask(
      withSpec('"../../etc/x"', 'example.com/v1', '{}'),
    );
    expect(verdict.verdict).toBe('pass');
  });

  it('cannot tell with a schema that is none', async () => {
    await expect(ask(object('Pod', 'a'))).rejects.toThrow(
      /pod-v1\.json cannot be used/,
    );
  });
});
