import {
  bindEvent,
  createEvaluator,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { PolicyConfig } from '../config';
import { celPolicy, type EvaluateCel } from './celPolicy';
import { testChange, testEvent, verdictOf } from './__testUtils__/testChange';

const evaluator = createEvaluator({ size: 10 });
const evaluateCel: EvaluateCel = async (expression, variables, event) =>
  evaluator(expression, variables, event && bindEvent(event));

const deployment = (image: string) =>
  `kind: Deployment\nspec:\n  replicas: 3\n  template: { image: "${image}" }\n`;

const change = testChange(
  {
    'apps/web.yaml': [deployment('web:1'), deployment('web:latest')],
    'apps/notes.txt': [undefined, 'hello\n'],
    'apps/gone.yaml': ['a: 1\n', undefined],
  },
  {
    entityRef: 'component:default/shop-web',
    target: { environment: 'staging' },
    // Of a window: what completed it need not be the first.
    event: testEvent({ memory: 128 }),
    events: [testEvent({ memory: 1 }), testEvent({ memory: 128 })],
  },
);

function check(policy: Partial<PolicyConfig>, proposed = change) {
  const all = { name: 'p', message: 'Mend it.', ...policy };
  return verdictOf(celPolicy(all, evaluateCel), proposed);
}

describe('celPolicy', () => {
  it.each<[string, 'pass' | 'deny']>([
    ['event.data.memory > 64', 'deny'],
    ['event.data.memory > 200', 'pass'],
    ['events.exists(e, e.data.memory == 1)', 'deny'],
    ['run.target.environment == "production"', 'pass'],
    [
      'run.sensor == "app-provisioning" && run.owner == "group:default/platform"',
      'deny',
    ],
    ['run.entity == "component:default/shop-web"', 'deny'],
    [
      'change.repository == "local:deployments" && change.base == "main"',
      'deny',
    ],
    [
      'change.files.exists(f, f.path == "apps/notes.txt" && f.kind == "added")',
      'deny',
    ],
    ['change.additions == 2 && change.deletions == 2', 'deny'],
    [
      'change.files.exists(f, has(f.content) && f.content.contains(":latest"))',
      'deny',
    ],
    [
      'change.files.exists(f, has(f.documents) && f.documents.exists(d, d.kind == "Deployment" && d.spec.replicas > 2))',
      'deny',
    ],
    [
      'change.files.exists(f, f.path == "apps/gone.yaml" && has(f.content))',
      'pass',
    ],
    ['run.mode == "auto" && change.mode == "auto"', 'deny'],
    ['change.target.environment == "staging"', 'deny'],
    [
      'change.owner == "group:default/platform" && change.sensor == "x"',
      'pass',
    ],
    [
      'change.files.exists(f, f.path == "apps/notes.txt" && f.size == 6)',
      'deny',
    ],
    ['change.files.exists(f, f.kind == "deleted" && f.size == 0)', 'deny'],
    ['change.size > 70', 'deny'],
  ])('%s', async (deny, verdict) => {
    expect(await check({ deny })).toEqual({
      check: 'p',
      verdict,
      reasons: verdict === 'deny' ? ['Mend it.'] : [],
    });
  });

  it('judges only where `when` is true', async () => {
    const deny = 'true';
    expect(await check({ when: 'event.type == "other"', deny })).toMatchObject({
      verdict: 'pass',
    });
    expect(
      await check({ when: 'event.ingress == "portal"', deny }),
    ).toMatchObject({ verdict: 'deny' });
  });

  it.each([
    ['a missing field', { deny: 'event.data.cpu > 1' }, /`deny` failed.*cpu/],
    [
      'a missing field in when',
      { when: 'event.data.cpu > 1', deny: 'false' },
      /`when` failed/,
    ],
    ['a syntax error', { deny: 'event.' }, /failed/],
    ['an unknown variable', { deny: 'secrets == 1' }, /failed/],
    [
      'another result than true or false',
      { deny: '"yes"' },
      /neither true nor false/,
    ],
  ])('cannot tell on %s', async (_, policy, reason) => {
    expect(await check(policy)).toEqual({
      check: 'p',
      verdict: 'cannot',
      reasons: [expect.stringMatching(reason)],
    });
  });

  it('cannot tell what reads content that is too large to give', async () => {
    const large = testChange({
      'a.yaml': [undefined, `a: ${'x'.repeat(3_000_000)}\n`],
    });
    const deny = 'change.files.exists(f, f.content.contains("latest"))';
    expect(await check({ deny }, large)).toMatchObject({ verdict: 'cannot' });
    // It is there, only too large: not the same as a file without content.
    for (const what of ['content', 'documents']) {
      const asks = `change.files.exists(f, has(f.${what}) && false)`;
      expect(await check({ deny: asks }, large)).toMatchObject({
        verdict: 'cannot',
        reasons: [expect.stringContaining('2097152')],
      });
    }
    expect(
      await check({ deny: 'change.files.size() > 1' }, large),
    ).toMatchObject({ verdict: 'pass' });
  });

  it('asks for people, as many as it says', async () => {
    const asked = { check: 'p', verdict: 'review', reasons: ['Mend it.'] };
    expect(await check({ review: 'change.additions > 1' })).toEqual(asked);
    expect(await check({ review: 'true', approvals: 2 })).toEqual({
      ...asked,
      approvals: 2,
    });
    expect(await check({ review: 'change.additions > 9' })).toMatchObject({
      verdict: 'pass',
    });
  });

  it('cannot tell when the evaluation was stopped', async () => {
    const stopped = celPolicy(
      { name: 'p', deny: 'true', message: '' },
      async () => ({
        reason: { code: 'deadline', message: 'It took too long.' },
      }),
    );
    expect(await verdictOf(stopped, change)).toEqual({
      check: 'p',
      verdict: 'cannot',
      reasons: ['Its `deny` failed. It took too long.'],
    });
  });
});
