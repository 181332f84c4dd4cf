import fc from 'fast-check';
import { sensorOf } from '../__testUtils__/sensorOf';
import { matchesDependency } from './matches';
import { buildIndex } from './sensorIndex';

const part = fc.constantFrom('a', 'b', 'ab');
const type = fc
  .array(part, { minLength: 1, maxLength: 3 })
  .map(parts => parts.join('.'));
const ingress = fc.constantFrom('one', 'two');
const dependency = fc.record(
  {
    type: fc.oneof(
      type,
      type.map(prefix => `${prefix}.*`),
    ),
    ingress,
  },
  { requiredKeys: ['type'] },
);
const definition = fc
  .array(dependency, { minLength: 1, maxLength: 3 })
  .map(dependencies =>
    sensorOf({
      dependencies: dependencies.map((one, at) => ({ ...one, name: `d${at}` })),
    }),
  );

describe('buildIndex', () => {
  it('finds what asking each sensor finds, in their order', () => {
    fc.assert(
      fc.property(
        fc.array(definition, { maxLength: 8 }),
        fc.record({ type, ingress }),
        (definitions, event) => {
          const sensors = definitions.map(one => ({ definition: one }));
          const found = buildIndex(sensors).candidates(event);
          const asked = sensors.flatMap(sensor =>
            sensor.definition.spec.dependencies
              .filter(one => matchesDependency(one, event))
              .map(one => ({ sensor, dependency: one })),
          );
          expect(found).toEqual(asked);
        },
      ),
    );
  });

  it('takes no prefix for a part of a word', () => {
    const sensors = [
      {
        definition: sensorOf({ dependencies: [{ name: 'd', type: 'a.b.*' }] }),
      },
    ];
    const index = buildIndex(sensors);
    const finds = (name: string) =>
      index.candidates({ type: name, ingress: 'x' }).length > 0;
    expect(['a.b.c', 'a.b.c.d', 'a.b', 'a.bc', 'x.a.b.c'].map(finds)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('leaves out what the condition does not name', () => {
    const two = sensorOf({
      condition: 'b',
      dependencies: [
        { name: 'a', type: 'x' },
        { name: 'b', type: 'y' },
      ],
    });
    const index = buildIndex([{ definition: two }]);
    expect(index.candidates({ type: 'x', ingress: 'i' })).toEqual([]);
    expect(index.candidates({ type: 'y', ingress: 'i' })).toHaveLength(1);
  });
});
