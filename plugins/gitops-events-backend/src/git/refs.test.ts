import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { LockFiles } from './lockFiles';
import { Refs } from './refs';
import { testHost, type TestHost } from './__testUtils__/bareRepository';
import { git } from './__testUtils__/gitCommand';

describe('Refs', () => {
  let test: TestHost;
  let locks: LockFiles;
  let refs: Refs;
  let commits: string[];
  const main = 'refs/heads/main';

  beforeEach(async () => {
    test = await testHost();
    locks = new LockFiles(test.bare);
    refs = new Refs(test.bare, locks);
    commits = [test.base];
    for (const branch of ['one', 'two']) {
      const outcome = await test.host.commit(
        test.request({ branch, message: branch }),
      );
      if (outcome.outcome === 'committed') commits.push(outcome.commit);
    }
  });
  afterEach(async () => {
    await locks.close();
    await test.finish();
  });

  const swap = async (
    ref: string,
    expected: string | undefined,
    to: string,
  ) => {
    const staged = await refs.stage(to);
    const outcome = await refs.swap(ref, expected, staged);
    refs.discard(staged);
    return outcome;
  };

  it('moves a ref only from where it is expected', async () => {
    const [base, one, two] = commits;
    expect(await swap(main, base, one)).toEqual({ swapped: true });
    const refused = { swapped: false, current: one };
    expect(await swap(main, base, two)).toEqual(refused);
    expect(await swap(main, undefined, two)).toEqual(refused);
    expect(await refs.remove(main, base)).toEqual(refused);
    expect(await git(test.bare, 'rev-parse', 'main')).toBe(one);
    expect(await readdir(path.join(test.bare, 'gitops-events/staged'))).toEqual(
      [],
    );
  });

  it('makes a ref only where there is none', async () => {
    const [base, one] = commits;
    const ref = 'refs/heads/new/branch';
    expect(await swap(ref, base, one)).toEqual({
      swapped: false,
      current: undefined,
    });
    expect(await swap(ref, undefined, one)).toEqual({ swapped: true });
    expect(await git(test.bare, 'rev-parse', ref)).toBe(one);
  });

  it('removes a ref that is loose, packed, or both', async () => {
    const [, one, two] = commits;
    await git(test.bare, 'pack-refs', '--all');
    await swap('refs/heads/one', one, two);
    expect(await refs.remove('refs/heads/one', two)).toEqual({ swapped: true });
    expect(await refs.remove('refs/heads/two', two)).toEqual({ swapped: true });
    expect(refs.read('refs/heads/one')).toBeUndefined();
    expect(await git(test.bare, 'for-each-ref', '--format=%(refname)')).toBe(
      main,
    );
  });

  it('keeps a push out while it holds the lock, and lets it in after', async () => {
    const [, one] = commits;
    let pushed = false;
    let push: Promise<string> | undefined;
    await locks.hold(main, async () => {
      push = git(test.bare, 'push', '--quiet', '.', `${one}:${main}`).then(
        output => {
          pushed = true;
          return output;
        },
      );
      // Long enough for a push that nobody keeps out.
      await new Promise(done => setTimeout(done, 1_000));
      expect(pushed).toBe(false);
      expect(refs.read(main)).toBe(test.base);
    });
    await push;
    expect(refs.read(main)).toBe(one);
  });
});
