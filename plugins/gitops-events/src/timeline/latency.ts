import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import { firstEntries, hopsOf } from './hops';

/** What a real-time sensor promises from event to applied. Waiting for people does not count. */
export const realTimeObjectiveMs = 30_000;

/** Milliseconds an event took without the time it waited for people. */
function automatedMs(group: TimelineGroup): number {
  const waited = hopsOf(firstEntries(group))
    .filter(hop => hop.waiting)
    .reduce((sum, hop) => sum + hop.ms, 0);
  return Math.max(0, group.durationMs - waited);
}

/** Nearest-rank percentiles of the groups that arrived; undefined when none did. */
export function latencyOf(
  groups: readonly TimelineGroup[],
): { p50: number; p99: number; count: number } | undefined {
  const times = groups
    .filter(({ endedAt, status }) => endedAt && status.tone === 'success')
    .map(automatedMs)
    .sort((a, b) => a - b);
  if (times.length === 0) return undefined;
  const rank = (share: number) => times[Math.ceil(share * times.length) - 1];
  return { p50: rank(0.5), p99: rank(0.99), count: times.length };
}
