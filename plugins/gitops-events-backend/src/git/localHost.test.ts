import {
  access,
  mkdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { LocalHost } from './localHost';
import { pullMergeRef } from './pullOutcome';
import { testHost, type TestHost } from './__testUtils__/bareRepository';
import {
  author,
  file,
  quietLogger,
  repository,
} from './__testUtils__/fixtures';
import { git, pushByHand, temporaryFolder } from './__testUtils__/gitCommand';

describe('LocalHost', () => {
  let test: TestHost;
  beforeEach(async () => {
    test = await testHost();
  });
  afterEach(() => test.finish());

  const commit = async (over: Parameters<TestHost['request']>[0] = {}) => {
    const outcome = await test.host.commit(test.request(over));
    if (outcome.outcome !== 'committed')
      throw new Error(JSON.stringify(outcome));
    return outcome.commit;
  };
  const propose = (branch = 'change', base = 'main') =>
    test.host.propose({
      ...{ repository, branch, base },
      ...{ title: 'Change', body: '', labels: [] },
    });
  const merge = (number: number, expectedHead: string, base = 'main') =>
    test.host.merge({
      ...{ repository, number, base, expectedHead },
      ...{ message: 'Merge', author },
    });
  const get = () => test.host.get(repository, 'change');
  const show = (...args: string[]) => git(test.bare, ...args);

  describe('what it refuses', () => {
    it.each([
      '../x',
      'a/../../x',
      '/etc/passwd',
      '.git/config',
      '.GIT/config',
      'sub/.git/hooks/pre-receive',
      'a\nb',
      'link/x',
      'link',
    ])('the path %j: nothing is written', async at => {
      const base = await pushLink();
      await expect(
        test.host.commit(
          test.request({ parent: base, files: [file(at, 'x')] }),
        ),
      ).rejects.toMatchObject({ name: 'InputError' });
      expect(await test.host.head(repository, 'change')).toBeUndefined();
    });

    it.each(['../main', '-d', 'a\nb', 'a..b', 'x.lock', 'HEAD', ''])(
      'the branch %j',
      async branch => {
        const refused = { name: 'InputError' };
        const { host } = test;
        await expect(
          host.commit(test.request({ branch })),
        ).rejects.toMatchObject(refused);
        await expect(host.head(repository, branch)).rejects.toMatchObject(
          refused,
        );
        await expect(host.get(repository, branch)).rejects.toMatchObject(
          refused,
        );
        await expect(propose(branch)).rejects.toMatchObject(refused);
      },
    );

    it.each([
      'HEAD',
      '--all',
      'main',
      '0'.repeat(39),
      `${'0'.repeat(40)}\n--x`,
    ])('the revision %j', async revision => {
      const refused = { name: 'InputError' };
      await expect(
        test.host.read(repository, revision, ['a']),
      ).rejects.toMatchObject(refused);
      await expect(
        test.host.contains(repository, test.base, revision),
      ).rejects.toMatchObject(refused);
      await expect(
        test.host.commit(test.request({ parent: revision })),
      ).rejects.toMatchObject(refused);
    });

    it.each(['a\nparent x', 'a <b>', ''])('the author %j', async name => {
      await expect(
        commit({ author: { name, email: 'x' } }),
      ).rejects.toMatchObject({ name: 'InputError' });
    });

    it('a message with NUL, and an empty one', async () => {
      for (const message of ['a\0b', ' \n']) {
        await expect(commit({ message })).rejects.toMatchObject({
          name: 'InputError',
        });
      }
    });

    it('a parent that is not there', async () => {
      await expect(commit({ parent: '1'.repeat(40) })).rejects.toMatchObject({
        name: 'NotFoundError',
      });
    });

    async function pushLink(): Promise<string> {
      const clone = await temporaryFolder();
      await git(clone, 'clone', '--quiet', test.bare, '.');
      await symlink('/etc', path.join(clone, 'link'));
      await git(clone, 'add', '--all');
      await git(clone, 'commit', '--quiet', '-m', 'Link');
      await git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
      await rm(clone, { recursive: true });
      return show('rev-parse', 'main');
    }
  });

  describe('what git sees', () => {
    it('a name that looks like an option, a message of many lines, both as given', async () => {
      const message = 'Title\n\nparent 0000\nauthor x <y> 1 +0000\n';
      const head = await commit({
        message,
        files: [file('-rf', 'x'), file('--exec=id', 'y')],
      });
      expect(await show('ls-tree', '--name-only', head)).toBe('--exec=id\n-rf');
      expect(await show('log', '-1', '--format=%B%an <%ae> %ct', head)).toBe(
        `${message}GitOps Events <gitops-events@localhost> 1800000000`,
      );
      expect(await show('rev-list', '--parents', '-1', head)).toBe(
        `${head} ${test.base}`,
      );
    });

    it('the same request, the same commit', async () => {
      const head = await commit();
      await show('update-ref', '-d', 'refs/heads/change');
      expect(await commit()).toBe(head);
    });

    it('the head that was proposed, after the branch is gone', async () => {
      const head = await commit();
      const { number } = await propose();
      await test.host.close({ repository, number, reason: 'No' });
      expect(await show('rev-parse', `refs/pull/${number}/head`)).toBe(head);
      await show('gc', '--quiet', '--prune=now');
      const [found] = await test.host.read(repository, head, ['a.yaml']);
      expect(Buffer.from(found.content).toString()).toBe('a: 1\n');
    });

    it('one squashed commit on base, with the tree of the branch', async () => {
      const head = await commit();
      const { number } = await propose();
      await merge(number, head);
      expect(await show('rev-list', '--parents', '-1', 'main')).toBe(
        `${await show('rev-parse', 'main')} ${test.base}`,
      );
      expect(await show('rev-parse', 'main^{tree}')).toBe(
        await show('rev-parse', `${head}^{tree}`),
      );
    });
  });

  describe('what people do with git', () => {
    it('packed refs are read, moved and deleted', async () => {
      const first = await commit();
      await show('pack-refs', '--all', '--prune');
      expect(await test.host.head(repository, 'change')).toBe(first);
      const second = await commit({
        expectedHead: first,
        parent: first,
        files: [file('b.yaml', 'b: 1\n')],
      });
      const { number } = await propose();
      await show('pack-refs', '--all', '--prune');
      expect(await test.host.head(repository, 'change')).toBe(second);
      await test.host.close({ repository, number, reason: 'No' });
      expect(
        await show('for-each-ref', '--format=%(refname)', 'refs/heads'),
      ).toBe('refs/heads/main');
    });

    it('a branch below a packed branch is refused', async () => {
      await commit();
      await show('pack-refs', '--all', '--prune');
      await expect(commit({ branch: 'change/more' })).rejects.toMatchObject({
        name: 'InputError',
      });
    });

    it('a branch takes the place of an empty folder', async () => {
      await mkdir(path.join(test.bare, 'refs/heads/change/empty'), {
        recursive: true,
      });
      expect(await show('rev-parse', await commit())).toBeTruthy();
    });

    it('a symbolic ref is not written through', async () => {
      await show('symbolic-ref', 'refs/heads/change', 'refs/heads/main');
      await expect(commit()).rejects.toMatchObject({ name: 'InputError' });
      expect(await show('rev-parse', 'main')).toBe(test.base);
    });

    it('a push cannot take back base, nor touch what is kept', async () => {
      const head = await commit();
      const { number } = await propose();
      await merge(number, head);
      await expect(
        show('push', '.', `+${test.base}:refs/heads/main`),
      ).rejects.toThrow(/non-fast-forward/);
      await expect(
        show('push', '.', `:refs/pull/${number}/head`),
      ).rejects.toThrow(/hidden ref/);
    });

    it('merged by pushing the head to base', async () => {
      const head = await commit();
      await propose();
      await show('push', '--quiet', '.', `${head}:refs/heads/main`);
      expect(await get()).toMatchObject({
        state: 'merged',
        mergeCommit: head,
        endedBy: 'somebody who pushed to main',
      });
    });

    it('merged by a merge commit', async () => {
      const head = await commit();
      await propose();
      await pushByHand(test.bare, 'main', [file('other', 'x')]);
      const clone = await temporaryFolder();
      await git(clone, 'clone', '--quiet', test.bare, '.');
      await git(clone, 'merge', '--quiet', '--no-edit', head);
      await git(clone, 'commit', '--quiet', '--allow-empty', '-m', 'More');
      await git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
      await rm(clone, { recursive: true });
      expect(await get()).toMatchObject({
        state: 'merged',
        mergeCommit: await show('rev-parse', 'main~1'),
        endedBy: 'Dana Developer <dana@example.com>',
      });
      expect(await merge(1, head)).toMatchObject({ outcome: 'merged' });
    });

    it('rebased, pushed to base and to the branch: merged', async () => {
      const head = await commit();
      await propose();
      const rebased = await pushByHand(test.bare, 'main', [
        file('a.yaml', 'a: 1\n'),
      ]);
      await show('update-ref', 'refs/heads/change', rebased, head);
      expect(await get()).toMatchObject({
        state: 'merged',
        mergeCommit: rebased,
      });
    });

    it('set back to base: closed by a person', async () => {
      const head = await commit();
      await propose();
      await show('update-ref', 'refs/heads/change', test.base, head);
      expect(await get()).toMatchObject({
        state: 'closed',
        endedBy: 'somebody who set the branch back to main',
      });
    });

    it('base gone: a sentence, and closing still works', async () => {
      await commit({ branch: 'release' });
      const head = await commit({
        parent: await show('rev-parse', 'release'),
        files: [file('b', 'b')],
      });
      const { number } = await propose('change', 'release');
      await show('update-ref', '-d', 'refs/heads/release');
      const gone = {
        name: 'NotFoundError',
        message: expect.stringContaining('"release"'),
      };
      await expect(get()).rejects.toMatchObject(gone);
      await expect(merge(number, head, 'release')).rejects.toMatchObject(gone);
      expect(
        await test.host.close({ repository, number, reason: 'No' }),
      ).toMatchObject({ state: 'closed' });
    });

    it('a branch with nothing new is not proposed', async () => {
      await show('branch', 'change', 'main');
      await expect(propose()).rejects.toMatchObject({ name: 'InputError' });
    });
  });

  describe('after a kill', () => {
    it('between base and record: the merge counts, once', async () => {
      const head = await commit();
      const { number } = await propose();
      const record = path.join(test.bare, `gitops-events/pulls/${number}.json`);
      const before = await readFile(record);
      const merged = await merge(number, head);
      await writeFile(record, before);
      const host = await test.another();
      expect(
        await host.merge({
          ...{ repository, number, base: 'main', expectedHead: head },
          ...{ message: 'Again', author },
        }),
      ).toEqual(merged);
      expect(await host.get(repository, 'change')).toMatchObject({
        state: 'merged',
        endedBy: undefined,
      });
      expect(await show('rev-list', '--count', `${test.base}..main`)).toBe('1');
    });

    it('between the prepared merge and base: still open, merges anew', async () => {
      const head = await commit();
      const { number } = await propose();
      await show('update-ref', pullMergeRef(number), head);
      expect(await get()).toMatchObject({ state: 'open' });
      expect(await merge(number, head)).toMatchObject({ outcome: 'merged' });
    });

    it('between the kept head and the record: the number is given again', async () => {
      const head = await commit();
      await show('update-ref', 'refs/pull/1/head', test.base);
      expect(await propose()).toMatchObject({ number: 1, head });
      expect(await show('rev-parse', 'refs/pull/1/head')).toBe(head);
    });

    it('between merging and deleting the branch: merging again deletes it', async () => {
      const head = await commit();
      const { number } = await propose();
      const merged = await merge(number, head);
      expect(await test.host.head(repository, 'change')).toBeUndefined();
      await show('update-ref', 'refs/heads/change', head);
      expect(await merge(number, head)).toEqual(merged);
      expect(await test.host.head(repository, 'change')).toBeUndefined();
    });

    it('between closing and deleting the branch: closing again deletes it', async () => {
      const head = await commit();
      const { number } = await propose();
      await test.host.close({ repository, number, reason: 'No' });
      await show('update-ref', 'refs/heads/change', head);
      await test.host.close({ repository, number, reason: 'No' });
      expect(await test.host.head(repository, 'change')).toBeUndefined();
    });
  });

  it('sees what another process on the same folder does', async () => {
    const other = await test.another();
    const head = await commit();
    const { number } = await propose();
    expect(await other.get(repository, 'change')).toMatchObject({ number });
    await other.close({ repository, number, reason: 'No' });
    expect(await merge(number, head)).toMatchObject({ outcome: 'blocked' });
  });

  it('reads a packed file of 3 MB and 300 files of one folder', async () => {
    const large = 'x'.repeat(3_000_000);
    const head = await commit({
      files: [
        file('large', large),
        ...Array.from({ length: 300 }, (_, n) => file(`many/${n}`, `${n}`)),
      ],
    });
    await show('gc', '--quiet');
    const host = await test.another();
    const files = await host.read(repository, head, ['./']);
    expect(files).toHaveLength(301);
    expect(files[0].content).toHaveLength(3_000_000);
  });
});

describe('LocalHost.create', () => {
  const logger = quietLogger;
  let directory: string;
  beforeEach(async () => {
    directory = await temporaryFolder();
  });
  afterEach(() => rm(directory, { recursive: true }));

  const create = (
    repositories: Array<{ name: string; branch: string; seed?: string }>,
  ) =>
    LocalHost.create({ config: { directory, repositories }, author, logger });

  it('starts with the files of the seed, once', async () => {
    const seed = path.join(directory, 'seed');
    await mkdir(path.join(seed, 'apps'), { recursive: true });
    await writeFile(path.join(seed, 'apps/a.yaml'), 'a: 1\n');
    await writeFile(path.join(seed, 'run.sh'), 'true\n', { mode: 0o755 });
    const settings = [{ name: 'deployments', branch: 'trunk', seed }];
    const host = await create(settings);
    const head = await host.head(repository, 'trunk');
    await host.stop();
    const again = await create(settings);
    expect(await again.head(repository, 'trunk')).toBe(head);
    const files = await again.read(repository, head!, ['./']);
    expect(files.map(({ path: name, mode }) => [name, mode])).toEqual([
      ['apps/a.yaml', '100644'],
      ['run.sh', '100755'],
    ]);
    await again.stop();
    const bare = path.join(directory, 'deployments.git');
    expect(await git(bare, 'symbolic-ref', 'HEAD')).toBe('refs/heads/trunk');
    await git(bare, 'fsck', '--strict');
  });

  it('makes it once when two start at the same time', async () => {
    const settings = [{ name: 'deployments', branch: 'main' }];
    const hosts = await Promise.all([create(settings), create(settings)]);
    const heads = hosts.map(host => host.head(repository, 'main'));
    const [first, second] = await Promise.all(heads);
    expect(first).toBe(second);
    for (const host of hosts) await host.stop();
  });

  it('leaves nothing of a repository whose seed cannot be used', async () => {
    const seed = path.join(directory, 'seed');
    await mkdir(seed);
    await symlink('/etc/passwd', path.join(seed, 'link'));
    await expect(
      create([{ name: 'deployments', branch: 'main', seed }]),
    ).rejects.toMatchObject({ name: 'InputError' });
    await expect(
      access(path.join(directory, 'deployments.git')),
    ).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('refuses SHA-256 repositories, and folders that are none', async () => {
    await git(
      directory,
      ...['init', '--quiet', '--bare', '--object-format=sha256', 'a.git'],
    );
    await mkdir(path.join(directory, 'b.git'));
    await expect(create([{ name: 'a', branch: 'main' }])).rejects.toThrow(
      /SHA-256/,
    );
    await expect(create([{ name: 'b', branch: 'main' }])).rejects.toThrow(
      /is not a bare Git repository/,
    );
  });

  it.each(['../x', '', '.x', 'a/b', '-x'])(
    'refuses the name %j',
    async name => {
      await expect(create([{ name, branch: 'main' }])).rejects.toMatchObject({
        name: 'InputError',
      });
    },
  );
});
