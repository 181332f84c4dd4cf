import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './step.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const patience = 5_000;

/** Runs Node with the given arguments on this terminal and resolves to its exit code. Signals are passed on. */
export function launch(node, args, env) {
  const child = spawn(node, args, { cwd: root, env, stdio: 'inherit' });
  const forward = signal => {
    // A terminal sends Ctrl-C to the child as well; a second one would cut its shutdown short.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) {
      child.kill(signal);
    }
    // The development server can miss a signal that comes while it compiles.
    setTimeout(() => child.kill(signal), patience).unref();
  };
  signals.forEach(signal => process.on(signal, forward));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      signals.forEach(name => process.off(name, forward));
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
