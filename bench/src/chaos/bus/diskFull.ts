import { execFile } from 'node:child_process';
import { mkdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { pause } from '../killAll';
import type { Disturbance } from './disturbance';

const run = promisify(execFile);
const FULL_MS = 5_000;
/** It needs so long to say that it is gone. */
const END_MS = 2_000;
const ATTEMPTS = 10;
/** Less than the smallest thing that it sets aside at once. */
const LITTLE_BYTES = 1_048_576;

/** No room is left where PostgreSQL writes. It may end over it, and is started again once there is some. */
export const diskFull: Disturbance = {
  name: 'diskFull',
  quick: [],
  cannot: async ({ room }) => {
    if (!room.postgres) return 'only the disk of PostgreSQL is filled';
    return room.volume ? undefined : 'no file system can be mounted here';
  },
  async disturb({ room }) {
    const { volume, postgres } = room;
    const ballast = path.join(volume!, 'ballast');
    await mkdir(ballast);
    await fill(volume!, ballast);
    await pause(FULL_MS);
    await rm(ballast, { recursive: true });
    await pause(END_MS);
    const ended = !postgres!.isRunning();
    if (ended) await postgres!.start();
    return { diskFull: 1, ...(ended && { databaseEnded: 1 }) };
  },
};

/** @throws Error where room is left all the same: nothing would be tried */
async function fill(volume: string, ballast: string): Promise<void> {
  for (let n = 0; n < ATTEMPTS; n++) {
    const { bavail, bsize } = await statfs(volume);
    if (bavail * bsize < LITTLE_BYTES) return;
    const file = `${ballast}/${n}`;
    // Where somebody was faster, what there was is taken, and it fails.
    await run('fallocate', ['-l', String(bavail * bsize), file]).catch(
      () => {},
    );
  }
  throw new Error('The file system of PostgreSQL could not be filled.');
}
