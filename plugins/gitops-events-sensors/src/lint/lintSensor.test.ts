import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sensorOf } from '../__testUtils__/sensorOf';
import type { SensorInput } from '../schema';
import { lintRules, lintSensor } from '.';

const trusted = (filter?: string) => ({
  name: 'pushed',
  type: 'image.pushed',
  ingress: 'harbor',
  filter,
});
const change = { id: 'bump', action: 'git:change' };
const rules = (spec: Partial<SensorInput['spec']>) =>
  lintSensor(
    sensorOf({ dependencies: [trusted()], steps: [change], ...spec }),
  ).map(({ rule, path }) => `${rule} ${path.join('.')}`);

describe('lintSensor', () => {
  it.each<[Partial<SensorInput['spec']>, string[]]>([
    [{}, []],
    [
      { dependencies: [{ name: 'a', type: 'b' }] },
      ['no-ingress spec.dependencies.0'],
    ],
    [
      { dependencies: [trusted('1 < 2 || false')] },
      ['filter-always-true spec.dependencies.0.filter'],
    ],
    [{ dependencies: [trusted('event.id == event.id')] }, []],
    [
      { dependencies: [trusted('!true || "a" == "b"')] },
      ['filter-never-true spec.dependencies.0.filter'],
    ],
    [
      {
        dependencies: [
          trusted('event.n == 1'),
          { ...trusted('event.n == 1'), name: 'again' },
        ],
      },
      ['duplicate-dependency spec.dependencies.1'],
    ],
    [
      {
        dependencies: [
          trusted('event.n == 1'),
          { ...trusted('event.n == 2'), name: 'again' },
        ],
      },
      [],
    ],
    [
      { dependencies: [{ ...trusted(), type: 'com.github.push' }] },
      ['self-triggering spec.dependencies.0.type'],
    ],
    [
      {
        dependencies: [
          {
            ...trusted('event.data.repository.name == "app"'),
            type: 'com.github.push',
          },
        ],
      },
      [],
    ],
    [{ dependencies: [{ ...trusted(), type: 'harbor.artifact.pushed' }] }, []],
    [
      {
        dependencies: [{ ...trusted(), type: 'com.github.push' }],
        dedupe: { key: 'event.data.fingerprint' },
        steps: [{ id: 'tell', action: 'notify' }],
      },
      [],
    ],
    [
      {
        condition: 'pushed',
        dependencies: [
          trusted(),
          { ...trusted('event.n == 1'), name: 'other' },
        ],
      },
      ['unused-dependency spec.dependencies.1.name'],
    ],
    [
      { steps: [{ id: 'tell', action: 'notify' }] },
      ['missing-dedupe spec.steps.0'],
    ],
    [
      {
        dedupe: { key: 'event.data.fingerprint' },
        steps: [{ id: 'tell', action: 'notify' }],
      },
      [],
    ],
    [
      {
        params: { tag: 1, unused: 2, tagged: 3 },
        title: '${{ params.tag }}',
      },
      ['unused-param spec.params.unused', 'unused-param spec.params.tagged'],
    ],
    [{ params: { a: 1 }, dedupe: { key: 'params.a' } }, []],
    [
      { circuitBreaker: { per: 'target' } },
      ['breaker-without-target spec.circuitBreaker.per'],
    ],
    [
      {
        circuitBreaker: { per: 'target', over: 'hold', maxHold: '1h' },
        target: { environment: 'staging' },
      },
      ['breaker-never-waits spec.circuitBreaker.maxHold'],
    ],
    [{ circuitBreaker: { maxHold: '1h' } }, []],
    [
      {
        schedule: {
          active: [
            { from: '06:00', to: '01:00' },
            { from: '01:00', to: '06:00' },
          ],
        },
      },
      ['always-active spec.schedule'],
    ],
    [
      {
        schedule: {
          active: [
            { from: '06:00', to: '01:00' },
            { days: ['tue-sun'], from: '01:00', to: '06:00' },
          ],
        },
      },
      [],
    ],
    [{ params: { a: 1 }, title: '${{ params["a"] }}' }, []],
    [
      {
        params: { a: 1 },
        steps: [
          {
            id: 's',
            action: 'git:change',
            input: { title: 'params.a', merge: { when: 'true' } },
          },
        ],
        mode: 'auto',
      },
      ['unused-param spec.params.a'],
    ],
    [
      {
        params: { a: 1 },
        mode: 'auto',
        steps: [{ ...change, input: { merge: { when: 'params.a == 1' } } }],
      },
      [],
    ],
    [
      {
        params: { a: 1 },
        dedupe: { key: 'event.data.id' },
        steps: [{ id: 'own', action: 'own', input: { when: 'params.a' } }],
      },
      [],
    ],
    [
      { params: { a: 1 }, rateLimit: { key: 'params.a', max: 1, per: '1m' } },
      [],
    ],
    ...(
      [
        ['!a', ['never-fires spec.condition']],
        ['a && !a', ['never-fires spec.condition']],
        ['!(a || b)', ['never-fires spec.condition']],
        ['a && !b', []],
        ['!a || b', []],
      ] as const
    ).map(([condition, expected]): [Partial<SensorInput['spec']>, string[]] => [
      {
        condition,
        dependencies: ['a', 'b']
          .filter(name => condition.includes(name))
          .map(name => ({ ...trusted(), name, type: `image.${name}` })),
        window: { join: { within: '1m' } },
      },
      [...expected],
    ]),
    [
      { window: { count: { of: 3, within: '5m', reset: 'pushed' } } },
      ['never-fires spec.window.count.reset'],
    ],
    [
      {
        dependencies: [trusted(), { ...trusted(), name: 'ok', type: 'ok' }],
        window: { count: { of: 3, within: '5m', reset: 'ok' } },
      },
      [],
    ],
    [
      { window: { key: 'event.data.team', debounce: { quiet: '1m' } } },
      ['window-across-partitions spec.window.key'],
    ],
    [{ window: { key: 'event.subject', debounce: { quiet: '1m' } } }, []],
    [{ window: { key: 'event.data.team', join: { within: '1m' } } }, []],
    [{ window: { batch: { within: '1m' } } }, []],
    [{ dedupe: { key: 'event.id' } }, ['dedupe-by-identity spec.dedupe.key']],
    [{ dedupe: { key: 'event.id + event.subject' } }, []],
    [
      { steps: [{ id: 'sync', action: 'sync:wait' }, change] },
      ['nothing-to-wait-for spec.steps.0'],
    ],
    [{ steps: [change, { id: 'sync', action: 'sync:wait' }] }, []],
    [
      {
        steps: [
          {
            ...change,
            input: { pullRequest: { draft: true }, merge: { approvals: 0 } },
          },
        ],
      },
      ['draft-unused spec.steps.0.input.pullRequest.draft'],
    ],
    [{ steps: [{ ...change, input: { pullRequest: { draft: true } } }] }, []],
    [
      { steps: [{ ...change, input: { merge: { when: 'true' } } }] },
      ['merge-when-unused spec.steps.0.input.merge.when'],
    ],
    [
      {
        mode: 'auto',
        steps: [{ ...change, input: { merge: { when: 'true' } } }],
      },
      [],
    ],
  ])('%j', (spec, expected) => {
    expect(rules(spec)).toEqual(expected);
  });

  it('has a line in the docs for each rule', () => {
    const docs = readFileSync(
      join(__dirname, '../../../../docs/linter.md'),
      'utf8',
    );
    expect(
      lintRules.filter(rule => !docs.includes(`\n| \`${rule}\` `)),
    ).toEqual([]);
  });
});
