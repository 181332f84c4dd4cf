/*
 * Loose objects, written so that what was acknowledged survives a power cut:
 *
 *   1. each new object to a temporary file, its bytes synced, all side by side;
 *   2. each renamed to its place;
 *   3. each folder whose names changed synced.
 *
 * Only then may a ref name them. An object that is there already is synced as
 * well, because whoever wrote it may have died between 2 and 3, and its time is
 * set to now, as git does, so that a `git gc` under way does not take it.
 * Temporary files are named as git names its own: after a crash `git gc`, or the
 * next start, clears them away.
 */
import { mkdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { deflate, deflateSync } from 'node:zlib';
import { promisify } from 'node:util';
import { presentTime } from '../presentTime';
import {
  errorCode,
  syncDirectory,
  syncFile,
  temporaryName,
  writeSynced,
} from './durableFile';
import {
  type GitObject,
  objectHeader,
} from '@gitops-events/plugin-gitops-events-node/git';
import { inParallel } from './inParallel';

const deflateInPool = promisify(deflate);

/** Resolves when all of them are durable. */
export async function writeObjects(
  objectsDirectory: string,
  objects: GitObject[],
): Promise<void> {
  const distinct = [...new Map(objects.map(o => [o.id, o])).values()];
  const folders = new Set(distinct.map(({ id }) => id.slice(0, 2)));
  for (let attempt = 0; ; attempt++) {
    await putInPlace(objectsDirectory, distinct);
    try {
      await inParallel(['.', ...folders], folder =>
        syncDirectory(path.join(objectsDirectory, folder)),
      );
      return;
    } catch (error) {
      // `git gc` had one of them in a pack already and took the loose one away, with its folder.
      if (errorCode(error) !== 'ENOENT' || attempt === 3) throw error;
    }
  }
}

async function putInPlace(
  objectsDirectory: string,
  objects: GitObject[],
): Promise<void> {
  const staged = new Map<string, string>();
  try {
    await inParallel(objects, async object => {
      if (await keepExisting(objectsDirectory, object.id)) return;
      const temporary = path.join(objectsDirectory, temporaryName('tmp_obj'));
      staged.set(object.id, temporary);
      await writeSynced(temporary, await compressed(object), 0o444);
    });
    for (const [id, temporary] of staged) {
      moveIntoPlace(temporary, objectPath(objectsDirectory, id));
      staged.delete(id);
    }
  } finally {
    for (const temporary of staged.values()) {
      rmSync(temporary, { force: true });
    }
  }
}

function objectPath(objectsDirectory: string, id: string): string {
  return path.join(objectsDirectory, id.slice(0, 2), id.slice(2));
}

async function keepExisting(
  objectsDirectory: string,
  id: string,
): Promise<boolean> {
  const file = objectPath(objectsDirectory, id);
  if (!statSync(file, { throwIfNoEntry: false })) return false;
  const now = new Date(presentTime());
  try {
    utimesSync(file, now, now);
    await syncFile(file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function compressed({ type, content }: GitObject): Promise<Buffer> {
  const header = Buffer.from(objectHeader(type, content.byteLength), 'latin1');
  const whole = Buffer.concat([header, content]);
  // Level 1 is what git uses for loose objects; small ones are not worth the way to the pool.
  return whole.length < 32_768
    ? deflateSync(whole, { level: 1 })
    : deflateInPool(whole, { level: 1 });
}

function moveIntoPlace(temporary: string, file: string): void {
  // More than once, because `git gc` may remove the folder that we just made.
  for (let attempt = 0; ; attempt++) {
    try {
      renameSync(temporary, file);
      return;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || attempt === 3) throw error;
      mkdirSync(path.dirname(file), { recursive: true });
    }
  }
}
