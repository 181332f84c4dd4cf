import { createHash } from 'node:crypto';
import type { Freeze } from './freeze';

/**
 * What runs are parked under that wait for hours or for the end of a freeze. It
 * tells which freezes were configured where that was decided: a replica with
 * others finds by it whom to ask again.
 *
 * @param sensor - without it, what all of them begin with
 */
export function scheduleTopic(
  targets: Record<string, { freeze?: Freeze[] }>,
  sensor = '',
): string {
  const freezes = Object.entries(targets)
    .filter(([, { freeze = [] }]) => freeze.length > 0)
    .map(([name, { freeze }]) => [name, freeze])
    .sort();
  const digest = createHash('sha256')
    .update(JSON.stringify(freezes))
    .digest('hex')
    .slice(0, 16);
  return `schedule ${digest} ${sensor}`;
}
