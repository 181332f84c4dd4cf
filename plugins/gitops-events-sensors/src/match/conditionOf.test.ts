import { sensorSchema } from '../schema';
import { conditionText } from './conditionOf';

const textOf = (names: string[], spec: object = {}) =>
  conditionText(
    sensorSchema.parse({
      apiVersion: 'gitops-events.io/v1alpha1',
      kind: 'Sensor',
      metadata: { name: 'gate', owner: 'group:default/platform' },
      spec: {
        dependencies: names.map(name => ({ name, type: `test.${name}` })),
        steps: [{ id: 'note', action: 'notify', input: {} }],
        ...spec,
      },
    }),
  );
const window = (kind: object) => ({
  window: { key: 'event.subject', ...kind },
});

it.each([
  [['a'], {}, undefined],
  [['a', 'b'], {}, 'a || b'],
  [['a', 'b'], window({ join: { within: '1h' } }), 'a && b'],
  [['a', 'b'], { condition: 'b', ...window({ join: { within: '1h' } }) }, 'b'],
  [
    ['a', 'b'],
    window({ count: { of: 3, within: '5m', reset: 'b' } }),
    undefined,
  ],
])('of %j with %j is %j', (names, spec, text) => {
  expect(textOf(names, spec)).toBe(text);
});
