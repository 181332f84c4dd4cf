import { effectId, laneOf, runIdOf } from './effectId';

const a = 'aa';
const b = 'bb';
const base = {
  events: [a, b],
  sensor: 's',
  stepId: 'bump',
  changeKey: 'k',
  generation: 0,
};

describe('effectId', () => {
  it('does not depend on the order of the events', () => {
    expect(effectId({ ...base, events: [b, a] })).toBe(effectId(base));
  });

  it('differs by each of its parts', () => {
    const ids = [
      effectId(base),
      effectId({ ...base, events: [a] }),
      effectId({ ...base, sensor: 't' }),
      effectId({ ...base, stepId: 'other' }),
      effectId({ ...base, changeKey: 'l' }),
      effectId({ ...base, generation: 1 }),
      effectId({ ...base, events: ['aab', 'b'] }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it('names runs and lanes apart', () => {
  expect(runIdOf({ events: [a], sensor: 's', generation: 0 })).toMatch(
    /^[0-9a-f]{32}$/,
  );
  expect(laneOf('s', { partitionKey: undefined })).toBeUndefined();
  const lanes = [
    laneOf('s', { partitionKey: 'x' }),
    laneOf('t', { partitionKey: 'x' }),
    laneOf('s', { windowKey: 'x' }),
  ];
  expect(new Set(lanes).size).toBe(3);
});
