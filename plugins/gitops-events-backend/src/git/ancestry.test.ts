import { rm } from 'node:fs/promises';
import path from 'node:path';
import * as fc from 'fast-check';
import { contains, mergeBase } from './ancestry';
import { GitRepository } from './gitRepository';
import { createRepository } from './createRepository';
import { author } from './__testUtils__/fixtures';
import { git, temporaryFolder } from './__testUtils__/gitCommand';

/** Histories of any shape, and what git says of them. */
describe('ancestry', () => {
  let folder: string;
  let repository: GitRepository;
  beforeEach(async () => {
    folder = await temporaryFolder();
    const directory = path.join(folder, 'bare.git');
    await createRepository({
      ...{ directory, branch: 'main', seed: undefined, author },
    });
    repository = await GitRepository.open('local:bare', directory);
  });
  afterEach(async () => {
    await repository.stop();
    await rm(folder, { recursive: true });
  });

  /** Commits, each on those before it that are named by their distance. */
  const write = async (history: number[][]): Promise<string[]> => {
    const root = (await repository.head('main'))!;
    const tree = await repository.treeOf(root);
    const ids: string[] = [];
    for (const [at, distances] of history.entries()) {
      const parents = distances
        .map(distance => ids[at - distance])
        .filter(id => id !== undefined);
      const commit = repository.makeCommit({
        ...{ tree, author, time: 1_800_000_000, message: `${at}` },
        parents: [...new Set(parents)],
      });
      await repository.write([commit]);
      ids.push(commit.id);
    }
    return ids;
  };

  it('says what git says, of any history', async () => {
    const distances = fc.oneof<fc.MaybeWeightedArbitrary<number[]>[]>(
      { weight: 6, arbitrary: fc.constant([1]) },
      { weight: 2, arbitrary: fc.tuple(fc.integer({ min: 1, max: 12 })) },
      fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(distances, { minLength: 2, maxLength: 24 }),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 3, maxLength: 3 }),
        async (history, pairs) => {
          const ids = await write(history);
          for (const [a, b] of pairs) {
            const [one, other] = [ids[a % ids.length], ids[b % ids.length]];
            const all = await git(...[repository.directory, 'rev-list', one]);
            expect(await contains(repository, one, other)).toBe(
              all.split('\n').includes(other),
            );
            const bases = (
              await git(
                ...[repository.directory, 'merge-base', '--all', one, other],
              ).catch(() => '')
            ).split('\n');
            const found = await mergeBase(repository, one, other);
            expect(bases).toContain(found ?? '');
          }
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);

  it('asks git where the history is long', async () => {
    const ids = await write(Array.from({ length: 100 }, () => [1]));
    const [first, last] = [ids[0], ids.at(-1)!];
    expect(await contains(repository, last, first)).toBe(true);
    expect(await contains(repository, first, last)).toBe(false);
    expect(await mergeBase(repository, last, first)).toBe(first);
    expect(await contains(repository, last, '1'.repeat(40))).toBe(false);
    await expect(
      contains(repository, '1'.repeat(40), last),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
  });
});
