import { SealSlots } from './sealSlots';

const placeOf = (repository: string, forge: string, base = 'main') => ({
  ...{ repository, forge, base },
});

function start(slots: SealSlots, place: ReturnType<typeof placeOf>) {
  let end!: () => void;
  const work = new Promise<void>(done => {
    end = done;
  });
  let freed = 0;
  slots.take(place, work, () => {
    freed += 1;
  });
  return {
    freed: () => freed,
    end: async () => {
      end();
      await new Promise(done => setImmediate(done));
    },
  };
}

it('a forge that hangs takes no place of another', async () => {
  const slots = new SealSlots();
  const stuck = [1, 2, 3, 4].map(n => start(slots, placeOf(`r${n}`, 'one')));
  expect(slots.isTaken(placeOf('r5', 'one'))).toBe(true);
  expect(slots.isTaken(placeOf('r5', 'two'))).toBe(false);
  await stuck[0].end();
  expect(stuck.map(({ freed }) => freed())).toEqual([1, 0, 0, 0]);
  expect(slots.isTaken(placeOf('r5', 'one'))).toBe(false);
});

it('a repository is sealed for one base at a time; who only waits for itself is not called', async () => {
  const slots = new SealSlots();
  const first = start(slots, placeOf('r', 'one'));
  expect(slots.isTaken(placeOf('r', 'one'))).toBe(true);
  await first.end();
  expect(first.freed()).toBe(0);
  const second = start(slots, placeOf('r', 'one'));
  expect(slots.isTaken(placeOf('r', 'one', 'other'))).toBe(true);
  await second.end();
  expect(second.freed()).toBe(1);
});

it('who had no turn for longest comes first', async () => {
  const slots = new SealSlots();
  const bases = ['a', 'b', 'c'].map(name => placeOf(name, 'one'));
  const order = () => slots.inTurn(bases).map(({ repository }) => repository);
  for (const place of [bases[0], bases[1]]) await start(slots, place).end();
  expect(order()).toEqual(['c', 'a', 'b']);
  await start(slots, bases[2]).end();
  await start(slots, bases[0]).end();
  expect(order()).toEqual(['b', 'c', 'a']);
});
