// One installation step: a line on the screen, a log file in .tools/, and the end of that log when it fails.
import { spawn } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '..',
);
export const tools = path.join(root, '.tools');

/** Thrown with a message that tells a person what to do; it needs no stack trace. */
export class StepFailed extends Error {}

export async function runStep({ say, file, args, env, log, advice, shell }) {
  mkdirSync(tools, { recursive: true });
  const logFile = path.join(tools, log);
  console.error(say);
  const output = openSync(logFile, 'w');
  const code = await new Promise(resolve => {
    const child = spawn(file, args, {
      cwd: root,
      env,
      shell,
      stdio: ['ignore', output, output],
    });
    child.on('error', error => resolve(error.message));
    child.on('close', (exitCode, signal) => resolve(exitCode ?? signal));
  });
  closeSync(output);
  if (code !== 0) {
    const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-25);
    const where = path.relative(process.cwd(), logFile);
    throw new StepFailed(
      [
        ...tail,
        '',
        `That failed (${code}). ${advice} All of it: ${where}`,
      ].join('\n'),
    );
  }
}

/** Lets one process at a time install into this checkout; a lock whose owner is gone does not count. */
export async function exclusively(work) {
  mkdirSync(tools, { recursive: true });
  const lock = path.join(tools, 'lock');
  while (!acquire(lock)) {
    await sleep(300);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function acquire(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') {
      throw error;
    }
  }
  if (!ownerLives(lock)) {
    rmSync(lock, { force: true });
  }
  return false;
}

function ownerLives(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
