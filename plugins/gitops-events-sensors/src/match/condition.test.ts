import { parseCondition } from './condition';

const known = ['alert', 'pushed', 'resized'];
const parse = (text: string) => {
  const result = parseCondition(text, known);
  return 'names' in result
    ? result.names
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
    ['alert && pushed', 6, /"&&" looks at several events and needs a window/],
    ['!alert', 0, /"!" looks at several events and needs a window/],
    ['alert || pushd', 9, /no dependency "pushd"; did you mean "pushed"\?/],
    ['alert pushed', 6, /"pushed" is not expected here/],
    ['|| alert', 0, /"\|\|" is not expected here/],
    ['alert ||', 8, /ends where a name of a dependency is expected/],
    ['(alert', 6, /never closed/],
    ['alert)', 5, /"\)" is not expected/],
    ['alert | pushed', 6, /"\|" is not expected/],
    ['', 0, /ends where/],
  ])('refuses %s', (text, offset, message) => {
    expect(parse(text)).toEqual([offset, expect.stringMatching(message)]);
  });
});
