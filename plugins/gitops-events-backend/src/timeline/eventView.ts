import {
  countInWords,
  statusOfEvent,
  type DecisionView,
  type EventView,
  maskAndTell,
  maskSecrets,
} from '@gitops-events/plugin-gitops-events-common';
import { decisionView } from './decisionRow';
import { iso, runView } from './runView';
import type { Story } from './readStories';

/** An event as lists show it. */
export function eventView(story: Story): EventView {
  const { event } = story;
  return {
    uid: event.uid,
    id: event.id,
    source: event.source,
    type: event.type,
    subject: event.subject,
    time: event.time,
    dataContentType: event.dataContentType,
    dataSchema: event.dataSchema,
    extensions: maskSecrets(event.extensions) as EventView['extensions'],
    entityRef: event.entityRef,
    partitionKey: event.partitionKey,
    causationId: event.causationId,
    depth: event.depth,
    ingress: event.ingress,
    principal: event.principal,
    acceptedAt: iso(event.acceptedAt),
    dataSize: event.dataSize,
    ...(event.erasedAt && { dataErasedAt: iso(event.erasedAt) }),
    settled: story.settled,
    summary: statusOfStory(story),
    title: titleOf(story),
  };
}

export function statusOfStory(story: Story) {
  const { event, runs, decisions, decided } = story;
  const endedAt = endOf(story);
  return statusOfEvent({
    decided,
    receivedAt: iso(event.acceptedAt),
    ...(endedAt !== undefined && { endedAt: iso(endedAt) }),
    runs: runs.map(run => runView(run, event)),
    decisions,
  });
}

/** When the last of its runs ended, once all have; a replay's come long after it. Milliseconds since the epoch. */
export function endOf({ settled, runs }: Story): number | undefined {
  const ends = runs.flatMap(({ run }) =>
    run.generation === 0 ? (run.endedAt ?? []) : [],
  );
  return settled && ends.length > 0 ? Math.max(...ends) : undefined;
}

export function titleOf({ event, runs }: Story): string {
  const [first, ...others] = runs.filter(({ run }) => !run.scope?.revert);
  if (!first) return event.type;
  return others.length === 0
    ? first.run.title
    : `${first.run.title} and ${countInWords(others.length, 'more run')}`;
}

/** What every sensor that was asked said when the event came, firing included. */
export function decisionViews(story: Story): DecisionView[] {
  const { event, runs, decisions } = story;
  const told = new Set(decisions.map(({ runId }) => runId));
  return [
    ...decisions,
    ...runs
      .filter(({ run }) => run.generation === 0 && !told.has(run.id))
      .map(firedDecision),
  ]
    .sort((a, b) => a.decidedAt - b.decidedAt)
    .map(decision => decisionView(decision, event));
}

/** A run is the decision to fire; no other row tells it. */
export function firedDecision({ run }: Pick<Story['runs'][number], 'run'>) {
  return {
    eventUid: run.eventUid,
    sensor: run.sensor,
    revision: run.revision,
    outcome: 'fired' as const,
    reason: { code: 'fired', message: `It fired: ${run.title}` },
    runId: run.id,
    decidedAt: run.createdAt,
  };
}

/** JSON payloads parsed and masked, and what is left out of long ones; others are told by their size alone. */
export function payloadView(
  contentType: string | undefined,
  data: Uint8Array | null | undefined,
): Pick<EventView, 'data' | 'dataLeftOut'> {
  const isJson = /^[^;]*[/+]json\s*(;|$)/i.test(contentType ?? 'text/json');
  if (!data || !isJson) return {};
  try {
    const json = JSON.parse(Buffer.from(data).toString('utf8'));
    const { shown, leftOut } = maskAndTell(json);
    return { data: shown, ...(leftOut.length > 0 && { dataLeftOut: leftOut }) };
  } catch {
    return {};
  }
}
