import { keepEqual } from './keepEqual';

const idOf = ({ id }: { id: string }) => id;

it('keeps the object of a row that says the same, and takes the others', () => {
  const known = [
    { id: 'a', state: 'open' },
    { id: 'b', state: 'open' },
  ];
  const fresh = [
    { id: 'c', state: 'open' },
    { id: 'a', state: 'open' },
    { id: 'b', state: 'ended' },
  ];

  const kept = keepEqual(known, fresh, idOf);

  expect(kept).toEqual(fresh);
  expect(kept[1]).toBe(known[0]);
  expect(kept[2]).toBe(fresh[2]);
});
