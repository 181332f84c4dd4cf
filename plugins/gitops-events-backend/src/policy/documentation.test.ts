import { readFileSync } from 'node:fs';
import path from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import { parse } from 'yaml';
import { readConfig } from '../config';
import { defaultChangeLimits } from './changeSize';
import { celPolicy } from './celPolicy';
import { policyChecks } from './policyChecks';
import {
  bindEvent,
  createEvaluator,
} from '@gitops-events/plugin-gitops-events-sensors';
import { testChange, testEvent, verdictOf } from './__testUtils__/testChange';

/** What the page about policies shows is what the configuration takes. */
const page = readFileSync(
  path.join(__dirname, '../../../../docs/policies.md'),
  'utf8',
);
const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) =>
  readConfig(mockServices.rootConfig({ data: parse(text) })),
);
const logger = mockServices.logger.mock();
const evaluator = createEvaluator({ size: 10 });
const evaluateCel: Parameters<typeof celPolicy>[1] = async (
  expression,
  variables,
  event,
) => evaluator(expression, variables, event && bindEvent(event));

describe('the page about policies', () => {
  it('shows examples that are taken', () => {
    expect(examples.length).toBeGreaterThanOrEqual(4);
    for (const config of examples) {
      expect(
        policyChecks({ config, evaluateCel, logger }).length,
      ).toBeGreaterThan(3);
    }
  });

  it('shows each key with an effect', () => {
    expect(examples.some(({ policies }) => policies.length > 0)).toBe(true);
    expect(examples.some(one => one.protectedPaths!.length > 0)).toBe(true);
    expect(
      examples.some(
        one => one.changeLimits!.files !== defaultChangeLimits.files,
      ),
    ).toBe(true);
    expect(examples.some(one => one.validation!.tools.length === 3)).toBe(true);
    expect(examples.some(one => one.targets.production?.approvals === 2)).toBe(
      true,
    );
  });

  it.each([
    ['memory quota', 'deny', {}, { memory: 65 }],
    ['memory quota', 'pass', {}, { memory: 64 }],
    ['no latest', 'deny', { 'a.yaml': [undefined, 'image: a:latest\n'] }, {}],
    ['no latest', 'pass', { 'a.yaml': ['image: a:latest\n', undefined] }, {}],
    [
      'many replicas',
      'review',
      { 'a.yaml': [undefined, 'kind: Deployment\nspec: { replicas: 11 }\n'] },
      {},
    ],
    [
      'many replicas',
      'pass',
      { 'a.yaml': [undefined, 'a: 1\n---\nkind: Deployment\nspec: {}\n'] },
      {},
    ],
  ])('has a rule %s that says %s', async (name, verdict, files, data) => {
    const { policies } = examples.find(one => one.policies.length > 0)!;
    const policy = policies.find(one => one.name === name)!;
    const change = testChange(files as any, { event: testEvent(data) });
    expect(
      await verdictOf(celPolicy(policy, evaluateCel), change),
    ).toMatchObject({
      check: name,
      verdict,
    });
  });

  it('gives the limits that hold', () => {
    const { files, lines, bytes } = defaultChangeLimits;
    expect(page).toContain(
      `More than ${files} files, ${lines.toLocaleString('en')} lines or ${bytes / 1024 / 1024} MiB`,
    );
  });
});
