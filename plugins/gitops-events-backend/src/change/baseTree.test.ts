import type { RepositoryFile } from '@gitops-events/plugin-gitops-events-node';
import { baseTree } from './baseTree';

const file = (path: string): RepositoryFile => ({
  ...{ path, mode: '100644' },
  content: Buffer.from(path),
});
const files = ['apps/a.yaml', 'apps/b.yaml', 'readme.md'].map(file);

describe('the tree of a base commit', () => {
  let asked: string[][];
  let failure: Error | undefined;
  const tree = () =>
    baseTree(
      {
        async read(_repository, _commit, paths) {
          asked.push(paths);
          if (failure) throw failure;
          return files.filter(one =>
            paths.some(path =>
              path.endsWith('/')
                ? one.path.startsWith(path)
                : one.path === path,
            ),
          );
        },
      },
      'local:deployments',
      'head',
    );
  const names = (found: RepositoryFile[]) => found.map(({ path }) => path);

  beforeEach(() => {
    asked = [];
    failure = undefined;
  });

  it('asks for each path once', async () => {
    const one = tree();
    expect(names(await one.read(['apps/a.yaml', 'none']))).toEqual([
      'apps/a.yaml',
    ]);
    expect(names(await one.read(['apps/', 'apps/a.yaml', 'none']))).toEqual([
      'apps/a.yaml',
      'apps/b.yaml',
    ]);
    expect(asked).toEqual([['apps/a.yaml', 'none'], ['apps/']]);
  });

  it('tells a failure once, to whoever asked, and asks again', async () => {
    const unheard: unknown[] = [];
    const note = (error: unknown) => unheard.push(error);
    process.on('unhandledRejection', note);
    try {
      const one = tree();
      failure = new Error('GitHub did not answer in time');
      await expect(one.read(['apps/a.yaml', 'readme.md'])).rejects.toBe(
        failure,
      );
      // A rejection that nobody hears is told a turn of the loop later.
      await new Promise(done => setImmediate(() => setImmediate(done)));
      expect(unheard).toEqual([]);
      failure = undefined;
      expect(names(await one.read(['readme.md']))).toEqual(['readme.md']);
    } finally {
      process.off('unhandledRejection', note);
    }
  });
});
