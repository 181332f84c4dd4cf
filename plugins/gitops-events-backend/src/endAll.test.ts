import { endInTurn, endTogether } from './endAll';

describe.each([
  ['endInTurn', endInTurn],
  ['endTogether', endTogether],
])('%s', (_, endAll) => {
  const order: string[] = [];
  beforeEach(() => order.splice(0));
  const end = (name: string, error?: Error) => async () => {
    await new Promise(setImmediate);
    order.push(name);
    if (error) throw error;
  };

  it('ends each, and tells of the one that failed', async () => {
    const error = new Error('away');
    const ending = endAll([end('a'), end('b', error), end('c')]);
    await expect(ending).rejects.toBe(error);
    expect(order).toEqual(['a', 'b', 'c']);
  });

  it('tells of each that failed', async () => {
    const ending = endAll([
      end('a', new Error('one')),
      end('b', new Error('two')),
    ]);
    await expect(ending).rejects.toThrow('Error: one; Error: two');
    expect(order).toEqual(['a', 'b']);
  });
});
