import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

const transform = require.resolve('@backstage/cli/config/nodeTransform.cjs');

/** Arguments for Node that run a TypeScript file, through the transform of the development backend. */
export function typescriptArguments(file: string, ...args: string[]): string[] {
  return ['--require', transform, file, ...args];
}

/** Runs it; each line it prints goes to `onLine`. Standard error is shown. */
export function startTypescript(
  file: string,
  args: string[],
  onLine: (line: string) => void,
  env: Record<string, string> = {},
): ChildProcess {
  const child = spawn(process.execPath, typescriptArguments(file, ...args), {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  createInterface({ input: child.stdout }).on('line', onLine);
  return child;
}
