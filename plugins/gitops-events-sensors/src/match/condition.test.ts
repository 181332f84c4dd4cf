import { holds, namesOf, positiveNames } from './condition';
import { parseCondition } from './parseCondition';

const known = ['alert', 'pushed', 'resized'];
const parse = (text: string) => {
  const result = parseCondition(text, known);
  return 'condition' in result
    ? namesOf(result.condition)
    : [result.problem.offset, result.problem.message];
};

describe('parseCondition', () => {
  it.each([
    ['alert', ['alert']],
    ['alert || pushed', ['alert', 'pushed']],
    [' (alert||(pushed || resized) ) ', ['alert', 'pushed', 'resized']],
  ])('%s', (text, names) => {
    expect(parse(text)).toEqual(names);
  });

  it.each([
    ['alert && pushed', 6, /"&&" looks at several events; add `window/],
    ['!alert', 0, /"!" looks at several events; add `window/],
    ['alert || pushd', 9, /no dependency "pushd"; did you mean "pushed"\?/],
    ['alert pushed', 6, /"pushed" is not expected here/],
    ['|| alert', 0, /"\|\|" is not expected here/],
    ['alert ||', 8, /ends where a name of a dependency is expected/],
    ['(alert', 6, /never closed/],
    ['('.repeat(60), 50, /nested too deep/],
    ['alert)', 5, /"\)" is not expected/],
    ['alert | pushed', 6, /"\|" is not expected/],
    ['', 0, /ends where/],
  ])('refuses %s', (text, offset, message) => {
    expect(parse(text)).toEqual([offset, expect.stringMatching(message)]);
  });
});

describe('a condition on several events', () => {
  const read = (text: string) => {
    const result = parseCondition(text, known, { window: true });
    if ('problem' in result) throw new Error(result.problem.message);
    return result.condition;
  };
  const asks = (text: string, present: string[], closing = false) =>
    holds(read(text), { present: new Set(present), closing });

  it('binds ! stronger than &&, that stronger than ||', () => {
    expect(read('alert || !pushed && resized')).toEqual(
      read('alert || ((!pushed) && resized)'),
    );
  });

  it('does not know before the window closes that something will not come', () => {
    expect(asks('alert && !resized', ['alert'])).toBe(false);
    expect(asks('alert && !resized', ['alert'], true)).toBe(true);
    expect(asks('alert && !resized', ['alert', 'resized'], true)).toBe(false);
    expect(asks('!(alert && pushed)', ['alert'])).toBe(false);
    expect(asks('!!alert', ['alert'])).toBe(true);
  });

  it('asks for those below an even number of !', () => {
    const condition = read('alert && !(pushed || !resized)');
    expect([...positiveNames(condition)]).toEqual(['alert', 'resized']);
  });

  it('says which signs there are', () => {
    expect(() => read('alert & pushed')).toThrow(/\|\|, && and ! between/);
  });
});
