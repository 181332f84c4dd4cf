import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './step.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const patience = 5_000;
const starter = process.ppid;

/**
 * Runs Node with the given arguments on this terminal and resolves to its exit code. Signals are passed on.
 * With `family` it also outlives what the child started: nothing of it runs when this resolves.
 */
export async function launch(node, args, env, { family = false } = {}) {
  // Windows has no process groups; there a closed console takes its processes with it.
  const group = family && process.platform !== 'win32';
  const child = spawn(node, args, {
    cwd: root,
    env,
    stdio: [group ? 'ignore' : 'inherit', 'inherit', 'inherit'],
    detached: group,
  });
  const send = signal =>
    group ? sendGroup(child.pid, signal) : child.kill(signal);
  const forward = signal => {
    // A terminal sends Ctrl-C to the child as well; a second one would cut its shutdown short.
    if (group || signal !== 'SIGINT' || !process.stdin.isTTY) {
      send(signal);
    }
    // The development server can miss a signal that comes while it compiles.
    setTimeout(() => send(signal), patience).unref();
  };
  signals.forEach(signal => process.on(signal, forward));
  const watch = whenOrphaned(() => forward('SIGTERM'));
  try {
    const code = await exitCode(child);
    if (group) await endGroup(child.pid);
    return code;
  } finally {
    clearInterval(watch);
    signals.forEach(signal => process.off(signal, forward));
  }
}

function exitCode(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve(code ?? 128 + constants.signals[signal]),
    );
  });
}

// npm signals the shell that runs a script, and that shell ends without telling anybody.
function whenOrphaned(act) {
  if (!process.env.npm_lifecycle_event) return undefined;
  const watch = setInterval(() => {
    if (process.ppid === starter) return;
    clearInterval(watch);
    act();
  }, 500);
  return watch;
}

async function endGroup(id) {
  const deadline = Date.now() + 2 * patience;
  let lives = sendGroup(id, 'SIGTERM');
  while (lives && Date.now() < deadline) {
    await sleep(50);
    lives = sendGroup(id, 0);
  }
  if (lives) sendGroup(id, 'SIGKILL');
}

/** Returns whether anybody of the group was left to hear it. */
function sendGroup(id, signal) {
  try {
    return process.kill(-id, signal);
  } catch {
    return false;
  }
}
