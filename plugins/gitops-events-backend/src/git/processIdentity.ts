import { readFileSync, readlinkSync } from 'node:fs';
import { errorCode } from './durableFile';

/** Tells one process from every other, also from a later one with the same number. */
export interface ProcessIdentity {
  pid: number;
  /** Start in clock ticks since boot; `-` where the system does not say (no /proc). */
  start: string;
  /** Boot and process namespace in which `pid` means something. */
  place: string;
}

let own: ProcessIdentity | undefined;

export function ownIdentity(): ProcessIdentity {
  own ??= {
    pid: process.pid,
    start: startOf(process.pid) ?? '-',
    place: readPlace(),
  };
  return own;
}

/** `unknown` where another container or machine would have to say. */
export function stateOf(
  identity: ProcessIdentity,
): 'alive' | 'dead' | 'unknown' {
  if (identity.place !== ownIdentity().place) return 'unknown';
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return 'dead';
  }
  const start = startOf(identity.pid);
  if (identity.start === '-' || start === undefined) return 'unknown';
  return start === identity.start ? 'alive' : 'dead';
}

/** Field 22 of /proc/<pid>/stat, see proc(5). A zombie has ended: it counts as no process. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}

function readPlace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
    return `${boot.trim()}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return process.platform;
  }
}
