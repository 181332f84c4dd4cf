// One command to its end, its output in a log file, and the end of that log when it fails.
import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';

export async function command(args, { cwd, log, env = process.env }) {
  const child = startProcess(args, { cwd, log, env });
  const code = await child.gone;
  if (code === 0) return;
  const tail = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-40);
  throw new Error(
    [...tail, '', `That failed (${code}). See ${log}`].join('\n'),
  );
}

/** A Node process that goes on; `gone` resolves to its exit code. */
export function startProcess(args, { cwd, log, env = process.env }) {
  const output = createWriteStream(log, { flags: 'a' });
  const child = spawn(process.execPath, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  child.gone = once(child, 'close').then(async ([code, signal]) => {
    output.end();
    await once(output, 'finish');
    return code ?? signal;
  });
  return child;
}
