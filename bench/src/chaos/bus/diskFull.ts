import { execFile } from 'node:child_process';
import { rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { pause } from '../killAll';
import type { Disturbance } from './disturbance';

const run = promisify(execFile);
const FULL_MS = 5_000;
/** It needs so long to say that it is gone. */
const END_MS = 2_000;

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
    const { bavail, bsize } = await statfs(volume!);
    await run('fallocate', ['-l', String(bavail * bsize), ballast]).catch(
      // Somebody was faster; then the next piece does.
      () => run('fallocate', ['-l', String((bavail - 64) * bsize), ballast]),
    );
    await pause(FULL_MS);
    await rm(ballast);
    await pause(END_MS);
    const ended = !postgres!.isRunning();
    if (ended) await postgres!.start();
    return { diskFull: 1, ...(ended && { databaseEnded: 1 }) };
  },
};
