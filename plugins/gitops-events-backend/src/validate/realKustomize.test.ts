import { rm } from 'node:fs/promises';
import { temporaryFolder } from '../git/__testUtils__/gitCommand';
import { canCloseOff, canTry } from './__testUtils__/realTool';
import { askTool, startTrap } from './__testUtils__/toolRoom';

const kustomization = (...lines: string[]) =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${lines.join(
    '\n',
  )}\n`;
const good = {
  'kustomization.yaml': kustomization(
    'resources: [web.yaml]',
    'images: [{name: shop/web, newTag: 1.0.0}]',
  ),
  'web.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, image: shop/web}]}}}\n',
};

describe('the real kustomize', () => {
  let there: boolean;
  let temporary: string;
  let trap: Awaited<ReturnType<typeof startTrap>>;
  beforeAll(async () => {
    there = await canTry('kustomize');
    temporary = await temporaryFolder();
    trap = await startTrap();
  });
  afterAll(async () => {
    await trap.stop();
    await rm(temporary, { recursive: true });
  });
  const after = (more: Record<string, string>) =>
    askTool('kustomize', {
      ...{ before: good, after: { ...good, ...more }, temporary },
    });

  it('takes an overlay', async () => {
    if (!there) return;
    const verdict = await after({
      'kustomization.yaml': good['kustomization.yaml'].replace(
        '1.0.0',
        '1.0.1',
      ),
    });
    expect(verdict).toMatchObject({ verdict: 'pass', reasons: [] });
  });

  it.each([
    [
      'a resource that is not there',
      { 'kustomization.yaml': kustomization('resources: [wep.yaml]') },
      /^kustomize does not take app\/: Error: accumulating resources: .*\/repository\/app\/wep\.yaml.*no such file/,
    ],
    [
      'a patch of nothing',
      {
        'kustomization.yaml': kustomization(
          'resources: [web.yaml]',
          'patches: [{patch: "[{op: remove, path: /spec/replicas}]", target: {kind: Deployment}}]',
        ),
      },
      /^kustomize does not take app\/: .*\/spec\/replicas/,
    ],
    [
      'a file of this machine',
      {
        'kustomization.yaml': kustomization(
          'configMapGenerator: [{name: a, files: [/etc/hostname]}]',
        ),
      },
      /security; file '\/etc\/hostname' is not in or below/,
    ],
    [
      'a base in another repository',
      {
        'kustomization.yaml': kustomization(
          'resources: ["https://github.com/acme/base//x?ref=main"]',
        ),
      },
      /github\.com\/acme\/base/,
    ],
    [
      'a chart to be fetched',
      {
        'kustomization.yaml': kustomization(
          'helmCharts: [{name: redis, repo: "https://charts.example.com"}]',
        ),
      },
      /--enable-helm/,
    ],
  ])('refuses %s in its own words', async (_, more, reason) => {
    if (!there) return;
    const verdict = await after(more);
    expect(verdict).toMatchObject({
      verdict: 'deny',
      reasons: [expect.stringMatching(reason)],
    });
    expect(JSON.stringify(verdict)).not.toContain(temporary);
  });

  it('reaches no address of this machine', async () => {
    if (!there || !(await canCloseOff())) return;
    const verdict = await after({
      'kustomization.yaml': kustomization(
        `resources: ["${trap.url}/base.yaml"]`,
        `configMapGenerator: [{name: a, files: ["a=${trap.url}/a"]}]`,
      ),
    });
    expect(verdict).toMatchObject({ verdict: 'deny' });
    expect(trap.visits).toEqual([]);
  });

  it('runs no program of the repository', async () => {
    if (!there) return;
    const verdict = await after({
      'kustomization.yaml': kustomization('generators: [plugin.yaml]'),
      'plugin.yaml': `apiVersion: example.com/v1
kind: Generator
metadata:
  name: a
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./run.sh}
`,
      'run.sh': '#!/bin/sh\necho ran >&2\nexit 1\n',
    });
    expect(verdict).toMatchObject({
      verdict: 'deny',
      reasons: [expect.stringMatching(/plugins? .*(disabled|enable)/i)],
    });
  });
});
