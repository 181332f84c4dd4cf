import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import {
  gitObject,
  type GitObject,
} from '@gitops-events/plugin-gitops-events-node/git';
import { ObjectReader } from './objectReader';
import { writeObjects } from './objectWriter';
import { git, temporaryFolder } from './__testUtils__/gitCommand';

const missing = '1'.repeat(40);

describe('ObjectReader', () => {
  let folder: string;
  let reader: ObjectReader;
  beforeEach(async () => {
    folder = await temporaryFolder();
    await git(folder, 'init', '--quiet', '--bare');
    reader = new ObjectReader(folder);
  });
  afterEach(async () => {
    await reader.stop();
    await rm(folder, { recursive: true });
  });

  const blob = (text: string) => gitObject('blob', Buffer.from(text));
  const write = (...objects: GitObject[]) =>
    writeObjects(path.join(folder, 'objects'), objects);

  it('answers many questions in their order, whatever the bytes', async () => {
    const blobs = [
      '',
      '\n',
      `${missing} missing\n`,
      `${missing} blob 3\nabc\n`,
      'x'.repeat(200_000),
      '\0\ufffd\n\n',
    ].map(blob);
    await write(...blobs);
    const asked = [...blobs, ...blobs].flatMap(({ id }) => [id, missing]);
    const answers = await Promise.all(asked.map(id => reader.read(id)));
    for (const [index, answer] of answers.entries()) {
      const expected = blobs.find(({ id }) => id === asked[index]);
      expect(answer?.content).toEqual(
        expected && Buffer.from(expected.content),
      );
    }
  });

  it('sees what was written after it started, and after it was packed', async () => {
    expect(await reader.read(blob('a').id)).toBeUndefined();
    await write(blob('a'));
    expect((await reader.read(blob('a').id))?.type).toBe('blob');
    await git(folder, 'repack', '-a', '-d', '-k', '--quiet');
    await git(folder, 'prune-packed');
    expect((await reader.read(blob('a').id))?.content.toString()).toBe('a');
  });

  it.each(['HEAD', `${missing}\n--batch-all`, missing.slice(1), ''])(
    'does not ask for %j',
    id => {
      expect(() => reader.read(id)).toThrow('is not a commit id');
    },
  );

  it('starts anew when its process was killed', async () => {
    await write(blob('a'));
    await reader.read(blob('a').id);
    const { child } = reader as unknown as { child: ChildProcess };
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    // Nobody has noticed yet: what is asked now is answered with an error that means "again".
    await expect(reader.read(blob('a').id)).rejects.toThrow(
      'git cat-file ended',
    );
    await gone;
    expect((await reader.read(blob('a').id))?.content.toString()).toBe('a');
  });

  it('answers what was asked before it was stopped, and nothing after', async () => {
    await write(blob('a'));
    const asked = reader.read(blob('a').id);
    await reader.stop();
    expect((await asked)?.content.toString()).toBe('a');
    await expect(reader.read(blob('a').id)).rejects.toThrow('was stopped');
  });

  it('takes nothing from the environment of the portal', async () => {
    await write(blob('a'));
    process.env.GIT_DIR = '/nowhere';
    process.env.GIT_OBJECT_DIRECTORY = '/nowhere';
    try {
      expect((await reader.read(blob('a').id))?.type).toBe('blob');
    } finally {
      delete process.env.GIT_DIR;
      delete process.env.GIT_OBJECT_DIRECTORY;
    }
  });
});
