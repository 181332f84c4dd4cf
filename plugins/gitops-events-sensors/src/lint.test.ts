import { lintSensor } from './lint';
import type { SensorInput } from './schema';
import { sensorOf } from './__testUtils__/sensorOf';

const trusted = (filter?: string) => ({
  name: 'pushed',
  type: 'image.pushed',
  ingress: 'harbor',
  filter,
});
const rules = (spec: Partial<SensorInput['spec']>) =>
  lintSensor(sensorOf({ dependencies: [trusted()], ...spec })).map(
    ({ rule, path }) => `${rule} ${path.join('.')}`,
  );

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
    [{ dependencies: [trusted('false')] }, []],
    [
      {
        condition: 'pushed',
        dependencies: [trusted(), { ...trusted(), name: 'other' }],
      },
      ['unused-dependency spec.dependencies.1.name'],
    ],
    [
      { steps: [{ id: 'tell', action: 'notify' }] },
      ['missing-dedupe spec.steps.0'],
    ],
    [
      {
        dedupe: { key: 'event.id' },
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
    [{ params: { a: 1 }, title: '${{ params["a"] }}' }, []],
    [
      {
        params: { a: 1 },
        steps: [
          {
            id: 's',
            action: 'sync:wait',
            input: { merge: { when: 'params.a' } },
          },
        ],
      },
      [],
    ],
  ])('%j', (spec, expected) => {
    expect(rules(spec)).toEqual(expected);
  });
});
