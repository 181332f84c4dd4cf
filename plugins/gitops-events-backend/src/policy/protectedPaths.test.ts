import type { Boundary } from '../config';
import { protectedPaths } from './protectedPaths';
import { testChange, verdictOf } from './__testUtils__/testChange';

const boundary = (...paths: string[]): Boundary => ({
  owner: 'group:default/platform',
  ingresses: [],
  actions: [],
  repositories: [{ repo: 'local:*', branches: ['main'], paths }],
  environments: [],
  merge: true,
});

async function verdictOn(path: string, text = 'a: 1\n', grants = ['']) {
  const change = testChange({ [path]: [undefined, text] });
  const check = protectedPaths({ boundaries: [boundary(...grants)] });
  return (await verdictOf(check, change)).verdict;
}

describe('protectedPaths', () => {
  it.each([
    '.github/workflows/ci.yaml',
    '.github/dependabot.yml',
    '.gitlab-ci.yml',
    'sub/.gitlab-ci.yml',
    'CODEOWNERS',
    'docs/CODEOWNERS',
    'Jenkinsfile',
  ])('asks for a person for %s', async path => {
    expect(await verdictOn(path)).toBe('review');
  });

  it.each([
    'apps/web.yaml',
    'github/a.yaml',
    'apps/CODEOWNERS.md',
    'apps/.github/a.yaml',
  ])('lets %s pass', async path => {
    expect(await verdictOn(path)).toBe('pass');
  });

  it.each<[string, string, 'pass' | 'review']>([
    ['.github/workflows/', '.github/workflows/ci.yaml', 'pass'],
    ['.github/workflows/', '.github/dependabot.yml', 'review'],
    ['.github/workflows/ci.yaml', '.github/workflows/ci.yaml', 'pass'],
    ['CODEOWNERS', 'CODEOWNERS', 'pass'],
    ['CODEOWNERS', 'docs/CODEOWNERS', 'review'],
    ['', 'CODEOWNERS', 'review'],
    ['docs/', 'docs/CODEOWNERS', 'review'],
  ])('with a boundary of "%s", %s: %s', async (grant, path, verdict) => {
    expect(await verdictOn(path, 'a: 1\n', [grant])).toBe(verdict);
  });

  it.each([
    ['an AppProject', 'apiVersion: argoproj.io/v1alpha1\nkind: AppProject\n'],
    ['one among others', 'kind: ConfigMap\n---\nkind: "AppProject"\n'],
    ['one in a list', 'kind: List\nitems:\n  - kind: AppProject\n'],
    ['one spelled with escapes', 'kind: "App\\x50roject"\n'],
    [
      'one in a file that cannot be read',
      'kind: AppProject\na: {{ .Values.x }}: [\n',
    ],
  ])('asks for a person for %s', async (_, text) => {
    expect(await verdictOn('apps/project.yaml', text)).toBe('review');
  });

  it('asks for a person where an AppProject is taken away', async () => {
    const check = protectedPaths({ boundaries: [] });
    const project = 'kind: AppProject\n';
    for (const after of [undefined, 'kind: ConfigMap\n']) {
      const change = testChange({ 'p.yaml': [project, after] });
      expect((await verdictOf(check, change)).verdict).toBe('review');
    }
  });

  it.each([
    [
      'a sensor of ours',
      'apiVersion: gitops-events.io/v1alpha1\nkind: Sensor\n',
      'review',
    ],
    [
      'a sensor of others',
      'apiVersion: argoproj.io/v1alpha1\nkind: Sensor\n',
      'pass',
    ],
    [
      'a role that names others',
      'kind: RoleBinding\nroleRef: { kind: ClusterRole }\n',
      'pass',
    ],
  ] as const)('%s, wherever it lies: %s', async (_, text, verdict) => {
    expect(await verdictOn('anywhere/x.yaml', text)).toBe(verdict);
  });

  it('asks for a person for places of the configuration, whatever their case', async () => {
    const check = protectedPaths({
      boundaries: [boundary('')],
      protectedPaths: ['clusters/production/', 'owners.txt'],
    });
    const on = async (path: string) =>
      (await verdictOf(check, testChange({ [path]: [undefined, 'a: 1\n'] })))
        .verdict;
    expect(await on('clusters/production/a.yaml')).toBe('review');
    expect(await on('Clusters/Production/a.yaml')).toBe('review');
    expect(await on('a/OWNERS.txt')).toBe('review');
    expect(await on('.GitHub/workflows/a.yaml')).toBe('review');
    expect(await on('clusters/staging/a.yaml')).toBe('pass');
  });

  it('does not take a word in a text for one', async () => {
    expect(await verdictOn('a.yaml', 'note: about AppProject\n')).toBe('pass');
  });
});
