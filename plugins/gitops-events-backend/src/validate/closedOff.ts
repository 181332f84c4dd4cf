import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from './findProgram';

const run = promisify(execFile);

/**
 * No network, not even this machine's own addresses, which no proxy stands for;
 * no sight of our processes and their environment; and whatever the program
 * starts ends with it.
 */
const namespaces = [
  ...['--user', '--map-current-user'],
  ...['--net', '--pid', '--mount-proc'],
  ...['--fork', '--kill-child=KILL', '--'],
];

let known: Promise<readonly string[]> | undefined;

/**
 * What to put in front of a program, so that it is closed off. Empty where the
 * system cannot or does not let us: other systems than Linux, most containers.
 */
export function closedOff(): Promise<readonly string[]> {
  known ??= ask();
  return known;
}

async function ask(): Promise<readonly string[]> {
  const unshare = await findProgram('unshare');
  const nothing = await findProgram('true');
  if (process.platform !== 'linux' || !unshare || !nothing) return [];
  return run(unshare, [...namespaces, nothing]).then(
    () => [unshare, ...namespaces],
    () => [],
  );
}
