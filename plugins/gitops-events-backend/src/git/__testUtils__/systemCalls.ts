import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from './gitCommand';

const run = promisify(execFile);

/** One system call of a traced process; `started` and `ended` order all of them. */
export interface SystemCall {
  name: string;
  /** As strace prints them, file descriptors with their paths: `17</a/b>, "x"`. */
  text: string;
  started: number;
  ended: number;
}

/** Undefined when this machine can trace, else why not. */
export async function whyNotTrace(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'strace runs on Linux only';
  try {
    await run('strace', ['-f', '-o', '/dev/null', 'true']);
    return undefined;
  } catch (error) {
    return `strace is not installed or ptrace is not permitted: ${error}`;
  }
}

/** Runs Node under strace and returns its calls about files, that succeeded. */
export async function traceNode(args: string[]): Promise<SystemCall[]> {
  const folder = await temporaryFolder();
  const output = path.join(folder, 'trace');
  const calls = [
    'fsync',
    'fdatasync',
    'rename',
    'renameat',
    'renameat2',
    'write',
    'pwrite64',
  ];
  try {
    await run(
      'strace',
      [
        ...['-f', '-y', '-qq', '-s', '300', '-e', 'signal=none'],
        ...['-e', `trace=${calls.join(',')}`, '-o', output],
        ...[process.execPath, ...args],
      ],
      { maxBuffer: 16 * 1024 * 1024 },
    );
    return parseTrace(await readFile(output, 'latin1'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Threads interleave: a call can be `<unfinished ...>` and `<... resumed>` further down. */
export function parseTrace(text: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const open = new Map<string, SystemCall>();
  for (const [index, line] of text.split('\n').entries()) {
    const resumed = /^(\d+) +<\.\.\. \w+ resumed>(.*)= (-?\d+)/.exec(line);
    if (resumed) {
      const call = open.get(resumed[1]);
      open.delete(resumed[1]);
      if (call && Number(resumed[3]) >= 0) {
        calls.push({ ...call, text: call.text + resumed[2], ended: index });
      }
      continue;
    }
    const begun = /^(\d+) +(\w+)\((.*)$/.exec(line);
    if (!begun) continue;
    const [, thread, name, rest] = begun;
    const call = { name, text: rest, started: index, ended: index };
    if (rest.includes('<unfinished ...>')) open.set(thread, call);
    else if (!/= -\d/.test(rest)) calls.push(call);
  }
  return calls;
}
