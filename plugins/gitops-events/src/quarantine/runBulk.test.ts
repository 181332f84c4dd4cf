import { runBulk, type BulkOutcome } from './runBulk';

const items = Array.from({ length: 10 }, (_, index) => `item ${index}`);
const idOf = (item: string) => item;

describe('runBulk', () => {
  it('does all it can, and tells what failed and why', async () => {
    const outcomes = new Map<string, BulkOutcome>();
    const result = await runBulk({
      items,
      idOf,
      act: async item => {
        if (item === 'item 3' || item === 'item 7') throw new Error(item);
      },
      onOutcome: (id, outcome) => outcomes.set(id, outcome),
    });
    expect(result.failed.sort()).toEqual(['item 3', 'item 7']);
    expect(result.done).toHaveLength(8);
    expect(outcomes.size).toBe(10);
    expect(outcomes.get('item 3')).toEqual({
      ok: false,
      error: new Error('item 3'),
    });
  });

  it.each([
    [undefined, 3],
    [1, 1],
  ])('decides each item once, at once %s: %s', async (atOnce, expected) => {
    const acted: string[] = [];
    let under = 0;
    let most = 0;
    await runBulk({
      items,
      idOf,
      act: async item => {
        under += 1;
        most = Math.max(most, under);
        await Promise.resolve();
        acted.push(item);
        under -= 1;
      },
      onOutcome: () => {},
      atOnce,
    });
    expect(acted).toEqual(items);
    expect(most).toBe(expected);
  });
});
