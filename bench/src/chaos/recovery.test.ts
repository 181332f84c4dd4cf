import { hasMoved } from './recovery';

const since = new Map([
  ['registry/0', 4],
  ['registry/1', 7],
]);

describe('hasMoved', () => {
  it.each([
    ['none', [4, 7], false, false],
    ['one', [5, 7], true, false],
    ['each', [5, 8], true, true],
  ])('%s of two partitions went on', (_, [first, second], any, each) => {
    const now = new Map([
      ['registry/0', first],
      ['registry/1', second],
    ]);
    expect(hasMoved({ since, which: 'any' }, now)).toBe(any);
    expect(hasMoved({ since, which: 'each' }, now)).toBe(each);
  });

  it('waits for no partition that was not there', () => {
    const now = new Map([...since, ['registry/2', 1]]);
    expect(hasMoved({ since, which: 'each' }, now)).toBe(false);
    expect(hasMoved({ since: new Map(), which: 'each' }, now)).toBe(true);
    expect(hasMoved({ since: new Map(), which: 'each' }, new Map())).toBe(
      false,
    );
  });
});
