import { wavesOf } from './waves';

const items = (keys: string) =>
  [...keys].map((key, at) => ({
    key: key === '-' ? undefined : key,
    bytes: 10,
    at,
  }));
const places = (keys: string, bytes = 1_000) =>
  wavesOf(items(keys), bytes).map(wave => wave.map(({ at }) => at));

it('sends what has one key one after the other, and the rest at once', () => {
  expect(places('aba-ac-')).toEqual([[0, 1, 3, 5, 6], [2], [4]]);
  expect(places('')).toEqual([]);
});

it('sends no more at once than a server takes, and what is larger alone', () => {
  expect(places('-----', 20)).toEqual([[0, 1], [2, 3], [4]]);
  expect(places('--', 5)).toEqual([[0], [1]]);
});
