import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Run } from '../store/runRow';
import type { TimelineRow } from '../timeline/append';
import { isStopTopic } from './waitsForStop';

/** The line of a run that comes to wait for a stop: once for each. Pure. */
export function stoppedLine(
  before: Pick<Run, 'id' | 'eventUid' | 'reason'>,
  waits: { topic?: string; reason?: Reason },
  at: number,
): TimelineRow[] {
  const { id: runId, eventUid } = before;
  const { topic, reason } = waits;
  const isNews =
    topic !== undefined &&
    isStopTopic(topic) &&
    before.reason?.message !== reason?.message;
  return isNews
    ? [{ kind: 'stopped', eventUid, runId, data: { reason }, at }]
    : [];
}
