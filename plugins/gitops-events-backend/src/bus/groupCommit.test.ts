import { GroupCommit } from './groupCommit';

/** A store that finishes a write when the test says so. */
class SlowStore {
  readonly groups: string[][] = [];
  private finish: Array<(error?: Error) => void> = [];

  readonly write = (items: string[]) =>
    new Promise<string[]>((done, failed) => {
      this.groups.push(items);
      this.finish.push(error =>
        error ? failed(error) : done(items.map(item => item.toUpperCase())),
      );
    });

  async finishNext(error?: Error): Promise<void> {
    while (this.finish.length === 0) await new Promise(setImmediate);
    this.finish.shift()!(error);
  }
}

function commits(store: SlowStore, limits = {}) {
  return new GroupCommit({
    write: store.write,
    batchSize: 4,
    maxWaiting: 6,
    ...limits,
  });
}

describe('GroupCommit', () => {
  it('writes together what arrived while the last write ran', async () => {
    const store = new SlowStore();
    const group = commits(store);
    const first = group.submit(['a']);
    await new Promise(setImmediate);
    const second = group.submit(['b']);
    const third = group.submit(['c', 'd']);
    await store.finishNext();
    expect(await first).toEqual(['A']);
    await store.finishNext();
    expect(await Promise.all([second, third])).toEqual([['B'], ['C', 'D']]);
    expect(store.groups).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('lets those who were just answered join the next write', async () => {
    const store = new SlowStore();
    const group = commits(store, { batchSize: 100, maxWaiting: 100 });
    const caller = async (name: string) => {
      for (let n = 0; n < 3; n++) await group.submit([name + n]);
    };
    const callers = ['a', 'b', 'c', 'd'].map(caller);
    for (let n = 0; n < 3; n++) await store.finishNext();
    await Promise.all(callers);
    expect(store.groups.map(({ length }) => length)).toEqual([4, 4, 4]);
  });

  it('never splits a caller, and writes about as many as it should', async () => {
    const store = new SlowStore();
    const group = commits(store, { maxWaiting: 100 });
    const all = [['a', 'b', 'c'], ['d', 'e', 'f'], ['g']].map(items =>
      group.submit(items),
    );
    await store.finishNext();
    await store.finishNext();
    expect((await Promise.all(all)).flat()).toEqual([...'ABCDEFG']);
    expect(store.groups.map(({ length }) => length)).toEqual([6, 1]);
  });

  it('tells all of a failed write, and goes on', async () => {
    const store = new SlowStore();
    const group = commits(store);
    const failing = [group.submit(['a']), group.submit(['b'])];
    await store.finishNext(new Error('disk full'));
    for (const each of failing) await expect(each).rejects.toThrow('disk full');
    const next = group.submit(['c']);
    await store.finishNext();
    expect(await next).toEqual(['C']);
  });

  it('turns away what would wait too long, and takes it again later', async () => {
    const store = new SlowStore();
    const group = commits(store);
    const first = group.submit(['a']);
    await new Promise(setImmediate);
    const waiting = [group.submit(['b', 'c', 'd']), group.submit(['e', 'f'])];
    await expect(group.submit(['g', 'h'])).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
    });
    waiting.push(group.submit(['i']));
    for (let n = 0; n < 3; n++) await store.finishNext();
    await Promise.all([first, ...waiting]);
    const again = group.submit(['g', 'h']);
    await store.finishNext();
    expect(await again).toEqual(['G', 'H']);
  });

  it('takes a batch that is larger than may wait, when nothing waits', async () => {
    const store = new SlowStore();
    const all = commits(store).submit([...'abcdefgh']);
    await store.finishNext();
    expect(await all).toHaveLength(8);
  });
});
