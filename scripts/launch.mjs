import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './step.mjs';

/** Runs Node with the given arguments on this terminal and resolves to its exit code. Signals are passed on. */
export function launch(node, args, env) {
  const child = spawn(node, args, { cwd: root, env, stdio: 'inherit' });
  // A terminal sends Ctrl-C to the child as well; a second one would cut its shutdown short.
  const forward = signal => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) {
      child.kill(signal);
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  signals.forEach(signal => process.on(signal, forward));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      signals.forEach(name => process.off(name, forward));
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
