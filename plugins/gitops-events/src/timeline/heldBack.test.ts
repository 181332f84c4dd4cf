import { splitUnseen } from './heldBack';

const split = (items: string, seen: string) => {
  const { unseen, shown } = splitUnseen([...items], new Set(seen), id => id);
  return [unseen.join(''), shown.join('')];
};

describe('splitUnseen', () => {
  it('holds back what came on top', () => {
    expect(split('abcde', 'cde')).toEqual(['ab', 'cde']);
  });

  it('shows everything the first time', () => {
    expect(split('abc', '')).toEqual(['', 'abc']);
  });

  it('shows older rows that were loaded on demand', () => {
    expect(split('cdefg', 'cde')).toEqual(['', 'cdefg']);
  });

  it('shows everything when nothing known is left', () => {
    expect(split('xyz', 'abc')).toEqual(['', 'xyz']);
  });
});
