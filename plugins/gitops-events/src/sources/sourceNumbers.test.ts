import {
  behindOf,
  howSourcesStand,
  lastMessageOf,
  positionInWords,
} from './sourceNumbers';

const states = (...all: string[]) => all.map(state => ({ state })) as any;

it.each([
  [[{ behind: 3 }, { behind: 0 }], 3],
  [[{ behind: 3 }, {}], undefined],
  [[{ behind: 3 }, { retired: { message: 'No longer named.' } }], 3],
  [[], undefined],
])('lag of %j is %s', (partitions, behind) =>
  expect(behindOf(partitions)).toBe(behind),
);

it('knows the last message of all partitions', () => {
  const at = (second: number) => `2026-01-05T10:00:0${second}.000Z`;
  const partitions = [{ lastMessageAt: at(3) }, {}, { lastMessageAt: at(1) }];
  expect(lastMessageOf(partitions)).toBe(at(3));
  expect(lastMessageOf([{}])).toBeUndefined();
});

it.each([
  [states('reading'), 'The one event source is read'],
  [states('reading', 'reading'), 'All 2 event sources are read'],
  [states('waiting'), '1 event source: 1 waiting'],
  [
    states('waiting', 'stopped', 'reading', 'waiting'),
    '4 event sources: 1 stopped, 2 waiting',
  ],
])('%j', (sources, words) => expect(howSourcesStand(sources)).toBe(words));

it.each([
  ['{"offset":"70104","after":1}', 'next is 70,104'],
  ['{"offset":"9007199254740993"}', 'next is 9,007,199,254,740,993'],
  ['{"seq":48211}', 'up to 48,211'],
  ['0/16B3748', '0/16B3748'],
  ['{"offset":"soon"}', '{"offset":"soon"}'],
])('the position %s reads as %s', (position, words) =>
  expect(positionInWords(position)).toBe(words),
);
