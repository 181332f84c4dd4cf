import {
  chmod,
  mkdir,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import type {
  FileWrite,
  SyncObservation,
} from '@gitops-events/plugin-gitops-events-node';
import { testHost, type TestHost } from '../git/__testUtils__/bareRepository';
import {
  author,
  file,
  quietLogger,
  repository,
} from '../git/__testUtils__/fixtures';
import { DirectoryTracker } from './directoryTracker';
import { TargetFolder } from './targetFolder';

// It looks every two seconds where nobody asks.
jest.setTimeout(60_000);

describe('DirectoryTracker', () => {
  let test: TestHost;
  let tracker: DirectoryTracker;
  let folder: string;
  const newTracker = () =>
    new DirectoryTracker({
      applications: [
        { name: 'apps', repository, branch: 'main', path: 'apps', folder },
      ],
      reader: test.host,
      logger: quietLogger,
    });

  beforeEach(async () => {
    test = await testHost();
    folder = path.join(test.directory, 'target');
    tracker = newTracker();
    tracker.start();
  });
  afterEach(async () => {
    await tracker.stop();
    await test.finish();
  });

  const commit = async (...files: FileWrite[]): Promise<string> => {
    const head = (await test.host.head(repository, 'main'))!;
    const outcome = await test.host.commit({
      ...{ repository, branch: 'main', expectedHead: head, parent: head },
      ...{ files, message: 'Change', author, time: 1 },
    });
    if (outcome.outcome !== 'committed') throw new Error('not committed');
    return outcome.commit;
  };
  const until = async (
    wanted: (seen: SyncObservation) => boolean,
  ): Promise<SyncObservation> => {
    for (let turn = 0; turn < 3_000; turn++) {
      const [seen] = await tracker.observe(['apps']);
      if (wanted(seen)) return seen;
      await new Promise(done => setTimeout(done, 10));
    }
    const seen = await tracker.observe(['apps']);
    throw new Error(`waited in vain; last seen ${JSON.stringify(seen)}`);
  };
  /** Asks, and waits for what came of it. */
  const apply = async (revision: string): Promise<SyncObservation> => {
    const asked = Date.now();
    await tracker.request('apps', revision);
    return until(
      seen =>
        seen.revision === revision &&
        seen.observedAt >= asked &&
        seen.sync !== 'syncing',
    );
  };
  const at = (name: string) => path.join(folder, name);
  const text = (name: string) => readFile(at(name), 'utf8');

  it('leaves a record of the commit, written last', async () => {
    const revision = await commit(file('apps/a.yaml', 'a: 1\n'));
    expect(await apply(revision)).toMatchObject({
      sync: 'synced',
      health: 'healthy',
      message: undefined,
    });
    const record = JSON.parse(await text('.gitops-events-revision'));
    expect(record).toEqual({ revision, appliedAt: expect.any(String) });
    const own = await stat(at('.gitops-events-revision'));
    expect(own.mtimeMs).toBeGreaterThanOrEqual(
      (await stat(at('a.yaml'))).mtimeMs,
    );
  });

  it('reports what was changed, deleted or made executable by hand, and mends it when asked', async () => {
    const revision = await commit(
      file('apps/a.yaml', 'a: 1\n'),
      file('apps/b.yaml', 'b: 1\n'),
      file('apps/c.yaml', 'c: 1\n'),
    );
    await apply(revision);
    // Nobody asks the next one, which would mend it.
    await tracker.stop();
    tracker = newTracker();
    tracker.start();
    await writeFile(at('a.yaml'), 'a: 2\n');
    await rm(at('b.yaml'));
    await chmod(at('c.yaml'), 0o755);
    // It may look before all of it is done.
    const drifted = await until(({ sync, message }) =>
      Boolean(sync === 'outOfSync' && message?.includes('c.yaml')),
    );
    expect(drifted).toMatchObject({ revision, health: 'degraded' });
    for (const name of ['a.yaml', 'b.yaml', 'c.yaml']) {
      expect(drifted.message).toContain(`${name} is not as in the commit`);
    }
    expect(await text('a.yaml')).toBe('a: 2\n');
    expect(await apply(revision)).toMatchObject({
      sync: 'synced',
      health: 'healthy',
    });
    expect(await text('a.yaml')).toBe('a: 1\n');
    expect(await text('b.yaml')).toBe('b: 1\n');
  });

  it('names file and line of YAML that does not parse', async () => {
    const revision = await commit(file('apps/a.yaml', 'a: 1\nb: [\nc: 2\n'));
    expect(await apply(revision)).toMatchObject({
      sync: 'synced',
      health: 'degraded',
      message: expect.stringMatching(/^a\.yaml line \d+ is not valid YAML/),
    });
    const mended = await commit(file('apps/a.yaml', 'a: 1\n'));
    expect(await apply(mended)).toMatchObject({ health: 'healthy' });
  });

  it('leaves alone what it did not write', async () => {
    await mkdir(folder);
    await writeFile(at('notes.txt'), 'mine\n');
    await writeFile(at('a.yaml'), 'mine: true\n');
    await writeFile(at('same.yaml'), 'b: 1\n');
    const revision = await commit(
      file('apps/a.yaml', 'a: 1\n'),
      file('apps/same.yaml', 'b: 1\n'),
    );
    expect(await apply(revision)).toMatchObject({
      sync: 'outOfSync',
      health: 'degraded',
      message: 'a.yaml was put there by somebody else; move it away.',
    });
    expect(await text('a.yaml')).toBe('mine: true\n');
    await rm(at('a.yaml'));
    await until(seen => seen.health === 'healthy');
    const emptied = await commit(
      file('apps/a.yaml', undefined),
      file('apps/same.yaml', undefined),
    );
    expect(await apply(emptied)).toMatchObject({
      health: 'healthy',
      message: 'The commit has no files in "apps".',
    });
    expect((await readdir(folder)).sort()).toEqual([
      '.gitops-events',
      '.gitops-events-revision',
      'notes.txt',
    ]);
  });

  it('never writes through a symbolic link out of the folder', async () => {
    const outside = path.join(test.directory, 'outside');
    await mkdir(outside);
    await writeFile(path.join(outside, 'a.yaml'), 'outside\n');
    const first = await commit(file('apps/sub/a.yaml', 'a: 1\n'));
    await apply(first);
    await rm(at('sub'), { recursive: true });
    await symlink(outside, at('sub'));
    const second = await commit(file('apps/sub/b.yaml', 'b: 1\n'));
    const seen = await until(({ sync }) => sync === 'failed');
    expect(seen).toMatchObject({
      // It is tried again, so that no commit, an earlier one least, has failed by now.
      revision: undefined,
      health: 'degraded',
      message: expect.stringContaining('move it away'),
    });
    expect(seen.message).not.toContain(test.directory);
    expect(await readdir(outside)).toEqual(['a.yaml']);
    expect(await readFile(path.join(outside, 'a.yaml'), 'utf8')).toBe(
      'outside\n',
    );
    await rm(at('sub'));
    expect(await apply(second)).toMatchObject({ health: 'healthy' });
  });

  it('replaces a link in the place of a file, not what it points to', async () => {
    const first = await commit(file('apps/a.yaml', 'a: 1\n'));
    await apply(first);
    const outside = path.join(test.directory, 'outside.yaml');
    await writeFile(outside, 'outside\n');
    await rm(at('a.yaml'));
    await symlink(outside, at('a.yaml'));
    expect(await apply(first)).toMatchObject({ health: 'healthy' });
    expect(await text('a.yaml')).toBe('a: 1\n');
    expect(await readFile(outside, 'utf8')).toBe('outside\n');
  });

  it('lets files and folders change places', async () => {
    await apply(
      await commit(file('apps/a', 'file\n'), file('apps/b/c', 'c\n')),
    );
    const swapped = await commit(
      file('apps/a', undefined),
      file('apps/a/x', 'x\n'),
      file('apps/b/c', undefined),
      file('apps/b', 'file\n'),
    );
    expect(await apply(swapped)).toMatchObject({ health: 'healthy' });
    expect(await text('a/x')).toBe('x\n');
    expect(await text('b')).toBe('file\n');
  });

  it('goes on after a restart, and finishes what a kill cut off', async () => {
    const revision = await commit(
      file('apps/a.yaml', 'a: 1\n'),
      file('apps/b.yaml', 'b: 1\n'),
    );
    await apply(revision);
    await tracker.stop();
    // As a kill leaves it: listed, half of the files written, no record of the commit.
    await rm(at('.gitops-events-revision'));
    await writeFile(at('a.yaml'), 'a: 0\n');
    await writeFile(at('.gitops-events/staged/file_1'), 'half');
    tracker = newTracker();
    const [before] = await tracker.observe(['apps']);
    expect(before).toMatchObject({ revision: undefined, health: 'unknown' });
    tracker.start();
    await until(seen => seen.health === 'healthy');
    expect(await text('a.yaml')).toBe('a: 1\n');
    expect(await readdir(at('.gitops-events/staged'))).toEqual([]);
  });

  it('is at work, and has not failed, while another replica has the folder', async () => {
    const revision = await commit(file('apps/a.yaml', 'a: 1\n'));
    await apply(revision);
    const other = new TargetFolder(folder);
    await other.alone(async () => {
      // Nothing is to be done.
      await apply(revision);
      await rm(at('a.yaml'));
      await tracker.request('apps', revision);
      const seen = await until(({ message }) => message !== undefined);
      expect(seen).toMatchObject({
        ...{ revision, sync: 'syncing', health: 'progressing' },
        message: 'Another replica is applying it; looking again.',
      });
    });
    await until(({ health }) => health === 'healthy');
    await other.close();
  });

  it('has failed once another one keeps the folder for a minute', async () => {
    const other = new TargetFolder(folder);
    await other.alone(async () => {
      await tracker.request('apps', await commit(file('apps/a.yaml', 'a\n')));
      await until(({ message }) => message?.includes('replica') === true);
      const now = performance.now.bind(performance);
      jest.spyOn(performance, 'now').mockImplementation(() => now() + 60_000);
      await until(({ sync }) => sync === 'failed');
    });
    jest.restoreAllMocks();
    await other.close();
  });

  it('says when the branch is gone, and keeps the files', async () => {
    await apply(await commit(file('apps/a.yaml', 'a: 1\n')));
    const reader = { ...readerOf(test), head: async () => undefined };
    const other = new DirectoryTracker({
      applications: [
        { name: 'apps', repository, branch: 'main', path: 'apps', folder },
      ],
      reader,
      logger: quietLogger,
    });
    await tracker.stop();
    tracker = other;
    tracker.start();
    const seen = await until(({ health }) => health === 'missing');
    expect(seen.message).toBe(
      'There is no branch "main" in local:deployments.',
    );
    expect(await text('a.yaml')).toBe('a: 1\n');
  });

  it('is told apart by what goes wrong with one application', async () => {
    await tracker.stop();
    const blocked = path.join(test.directory, 'blocked');
    const logged: string[] = [];
    await writeFile(blocked, 'a file where a folder should be');
    tracker = new DirectoryTracker({
      applications: [
        {
          name: 'bad',
          repository,
          branch: 'main',
          path: 'apps',
          folder: blocked,
        },
        { name: 'apps', repository, branch: 'main', path: 'apps', folder },
      ],
      reader: test.host,
      logger: {
        ...quietLogger,
        warn: line => void logged.push(line),
      },
    });
    tracker.start();
    const revision = await commit(file('apps/a.yaml', 'a: 1\n'));
    expect(await apply(revision)).toMatchObject({ health: 'healthy' });
    const [bad] = await tracker.observe(['bad']);
    expect(bad).toMatchObject({
      sync: 'failed',
      health: 'degraded',
      // Where the folder is concerns only whoever runs this.
      message: expect.stringMatching(/^Something failed .* "Application bad"/),
    });
    expect(logged).toEqual([expect.stringContaining(blocked)]);
  });

  it('refuses two applications of one name or of one folder, and a path that leaves', () => {
    const one = { name: 'a', repository, branch: 'main', path: '.', folder };
    const create = (...applications: Array<typeof one>) =>
      new DirectoryTracker({
        applications,
        reader: test.host,
        logger: quietLogger,
      });
    expect(() => create(one, { ...one, folder: `${folder}2` })).toThrow(
      /twice/,
    );
    expect(() =>
      create(one, { ...one, name: 'b', folder: path.join(folder, 'sub') }),
    ).toThrow(/overlap/);
    expect(() => create({ ...one, path: '../x' })).toThrow(/must not leave/);
  });
});

function readerOf({ host }: TestHost) {
  return {
    read: host.read.bind(host),
    contains: host.contains.bind(host),
  };
}
