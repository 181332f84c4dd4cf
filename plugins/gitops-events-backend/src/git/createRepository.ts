import { mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '@backstage/errors';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import {
  branchRef,
  commitObject,
  editTree,
  type SignCommit,
} from '@gitops-events/plugin-gitops-events-node/git';
import { presentTime } from '../presentTime';
import {
  errorCode,
  syncDirectory,
  temporaryName,
  writeSynced,
} from './durableFile';
import { writeObjects } from './objectWriter';

/*
 * core.fsync: what people push is as durable as what we write.
 * denyNonFastForwards: nobody takes back a commit that was reported as merged.
 * hideRefs: the heads kept under refs/pull, and the audit ref, can be fetched, not pushed to.
 * filesRefLockTimeout: a push waits for us instead of failing after 100 ms.
 */
const config = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
	fsync = objects,reference
	filesRefLockTimeout = 5000
	packedRefsTimeout = 5000
[receive]
	denyNonFastForwards = true
	fsckObjects = true
	hideRefs = refs/pull
	hideRefs = refs/gitops-events
`;

/**
 * Makes a bare repository whose first commit holds the files of `seed`. It is
 * built beside and renamed, so it is there completely or not at all; when
 * another process was faster, theirs stays.
 */
export async function createRepository(options: {
  directory: string;
  branch: string;
  seed: string | undefined;
  author: { name: string; email: string };
  sign?: SignCommit;
}): Promise<void> {
  const { directory, branch, seed, author, sign } = options;
  const ref = branchRef(branch);
  const parent = path.dirname(directory);
  await mkdir(parent, { recursive: true });
  const building = path.join(parent, temporaryName('.building'));
  const at = (...parts: string[]) => path.join(building, ...parts);
  try {
    const folders = ['.', 'objects', 'objects/info', 'objects/pack', 'refs'];
    folders.push('refs/tags', path.dirname(ref));
    for (const folder of folders) await mkdir(at(folder), { recursive: true });

    const files = seed === undefined ? [] : await readSeed(seed);
    const edited = await editTree('', files, async () => new Map());
    const commit = commitObject({
      tree: edited.tree,
      parents: [],
      author,
      sign,
      time: Math.floor(presentTime() / 1000),
      message: 'Start of the repository',
    });
    await writeObjects(at('objects'), [...edited.objects, commit]);
    await writeSynced(at(ref), `${commit.id}\n`);
    await writeSynced(at('HEAD'), `ref: ${ref}\n`);
    await writeSynced(at('config'), config);
    for (let folder = path.dirname(ref); folder !== '.';) {
      await syncDirectory(at(folder));
      folder = path.dirname(folder);
    }
    await syncDirectory(building);
    await rename(building, directory);
    await syncDirectory(parent);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
  }
}

async function readSeed(seed: string, prefix = ''): Promise<FileWrite[]> {
  const files: FileWrite[] = [];
  for (const entry of await readdir(path.join(seed, prefix), {
    withFileTypes: true,
  })) {
    const name = `${prefix}${entry.name}`;
    const file = path.join(seed, name);
    if (entry.isDirectory()) {
      files.push(...(await readSeed(seed, `${name}/`)));
    } else if (entry.isFile()) {
      const { mode } = await stat(file);
      files.push({
        path: name,
        mode: mode & 0o100 ? '100755' : '100644',
        content: await readFile(file),
      });
    } else {
      throw new InputError(`${file} is neither a file nor a folder`);
    }
  }
  return files;
}
