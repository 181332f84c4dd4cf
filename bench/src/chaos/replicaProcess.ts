import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type {
  ReplicaDoor,
  ReplicaNews,
  ReplicaOrder,
  ReplicaStart,
} from './replicaMessages';

/**
 * Starts one replica and ends it once it works, so that nobody dies while tables are made.
 *
 * @throws Error where it ends by itself
 */
export async function startOnce(
  program: string,
  start: ReplicaStart,
  more: {
    /** A file for what it complains about; undefined: with ours. */
    complaints?: number;
    /** Resolves when it has done all that others rely on. */
    until?(): Promise<void>;
  } = {},
): Promise<void> {
  const child = forkReplica(program, more.complaints);
  const dead = ended(child);
  try {
    const door = await activate(child, start);
    if (!door) throw new Error(`${program} ended while it started.`);
    await more.until?.();
  } finally {
    child.kill('SIGKILL');
    await dead;
  }
}

/** @param program - its file, in this folder */
export function forkReplica(
  program: string,
  complaints: number | 'inherit' = 'inherit',
  env: Record<string, string> = {},
): ChildProcess {
  return fork(path.join(__dirname, program), {
    env: { ...process.env, ...env },
    stdio: ['ignore', complaints, complaints, 'ipc'],
  });
}

/** Whoever is dead already hears nothing. */
export function order(child: ChildProcess, what: ReplicaOrder): void {
  child.send(what, () => {});
}

/** Tells it to start. Resolves with where it takes events; undefined where it ended meanwhile. */
export async function activate(
  child: ChildProcess,
  start: ReplicaStart,
): Promise<ReplicaDoor | undefined> {
  return new Promise(resolve => {
    child.on('message', (news: ReplicaNews) => {
      if ('door' in news) resolve(news.door);
    });
    // Killed while it starts is a fault like any other.
    child.on('exit', () => resolve(undefined));
    order(child, { start });
  });
}

export function ended(child: ChildProcess): Promise<void> {
  return new Promise(done => child.once('exit', () => done()));
}
