import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import { waitsForPeople } from './hops';

const quietAfterMs = 120_000;

/**
 * Whether something is likely to happen to it within seconds. What waits for
 * a person, or has said nothing for two minutes, is not worth a look each
 * second; a signal or the slower poll brings its news.
 */
export function isMoving(group: TimelineGroup, now = Date.now()): boolean {
  if (group.settled) return false;
  const last = group.entries[group.entries.length - 1];
  if (last && waitsForPeople.includes(last.kind)) return false;
  return now - Date.parse(last?.at ?? group.receivedAt) < quietAfterMs;
}
