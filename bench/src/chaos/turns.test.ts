import { Turns } from './turns';

const never = new Promise<void>(() => {});

describe('Turns', () => {
  it('lets so many at a time go on, the others in their order', async () => {
    const turns = new Turns(2);
    const begun: number[] = [];
    const all = [1, 2, 3, 4].map(async n => {
      await turns.take(never);
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

  it('passes over who has gone while it waited', async () => {
    const turns = new Turns(1);
    await turns.take(never);
    let leave = () => {};
    const gone = turns.take(
      new Promise(done => {
        leave = done;
      }),
    );
    const next = turns.take(never);
    leave();
    expect(await gone).toBe(false);
    turns.giveBack();
    expect(await next).toBe(true);
  });

  it('is still given to who goes in the moment it comes, to be given back', async () => {
    const turns = new Turns(1);
    await turns.take(never);
    let leave = () => {};
    const both = turns.take(
      new Promise(done => {
        leave = done;
      }),
    );
    leave();
    turns.giveBack();
    expect(await both).toBe(true);
  });
});
