import { Turns } from './turns';

describe('Turns', () => {
  it('lets so many at a time go on, the others in their order', async () => {
    const turns = new Turns(2);
    const begun: number[] = [];
    const all = [1, 2, 3, 4].map(async n => {
      await turns.take();
      begun.push(n);
    });
    await new Promise(setImmediate);
    expect(begun).toEqual([1, 2]);
    turns.giveBack();
    await new Promise(setImmediate);
    expect(begun).toEqual([1, 2, 3]);
    turns.giveBack();
    turns.giveBack();
    await Promise.all(all);
    expect(begun).toEqual([1, 2, 3, 4]);
  });
});
