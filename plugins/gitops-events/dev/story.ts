import {
  statusOfRun,
  timelineSentence,
  type ChangeView,
  type EventView,
  type RunView,
  type TimelineData,
  type TimelineEntry,
  type TimelineGroup,
  type TimelineKind,
} from '@gitops-events/plugin-gitops-events-common';

/** A line of a story: what happens, and how many milliseconds after the line before. */
export type Line = {
  [K in TimelineKind]: [
    after: number,
    kind: K,
    data: TimelineData[K],
    link?: TimelineEntry['link'],
  ];
}[TimelineKind];

/** One example event from its arrival on; everything the API shows of it derives from this. */
export interface Story {
  title: string;
  requestedBy: string;
  source: string;
  type: string;
  subject?: string;
  entityRef: string;
  sensor: string;
  sensorTitle: string;
  owner: string;
  principal: string;
  ingress: string;
  environment: string;
  data: unknown;
  lines: Line[];
  /** Its change, without what follows from the lines. */
  change?: Pick<ChangeView, 'approvalsNeeded' | 'verdicts' | 'approvals'> & {
    pullRequest: number;
    files: { path: string; before?: string; after?: string }[];
    involved?: ChangeView['involved'];
  };
}

export const iso = (ms: number) => new Date(ms).toISOString();

/** 32 hex digits that differ for different texts. */
export function exampleId(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    high = Math.imul(high ^ code, 2654435761) >>> 0;
    low = Math.imul(low ^ code, 1597334677) >>> 0;
  }
  const part = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
  return (
    part(high) +
    part(low) +
    part(Math.imul(high, 31) ^ low) +
    part(low ^ 0x9e37)
  );
}

export const changeIdOf = (story: Story, startedAt: number) =>
  exampleId(`change ${story.title} ${startedAt}`);

/** The story as far as it has come. */
export function tell(
  story: Story,
  startedAt: number,
  now: number,
): { group: TimelineGroup; event: EventView; run: RunView } {
  const uid = exampleId(`${story.title} ${startedAt}`);
  const changeId = story.change && changeIdOf(story, startedAt);
  const entries = entriesOf(story, startedAt, now, uid, changeId);
  const run = runOf(story, startedAt, uid, changeId, entries);
  const settled = run.state === 'ended';
  const last = entries[entries.length - 1];
  const endedAt = settled ? last.at : undefined;
  const durationMs = (endedAt ? Date.parse(endedAt) : now) - startedAt;
  const group: TimelineGroup = {
    eventUid: uid,
    title: story.title,
    requestedBy: story.requestedBy,
    receivedAt: iso(startedAt),
    endedAt,
    entityRef: story.entityRef,
    eventType: story.type,
    eventSource: story.source,
    status: run.status,
    settled,
    durationMs,
    runs: [run],
    entries,
  };
  const event: EventView = {
    uid,
    id: exampleId(`id ${uid}`).slice(0, 12),
    source: story.source,
    type: story.type,
    subject: story.subject,
    time: iso(startedAt - 18),
    dataContentType: 'application/json',
    extensions: {},
    entityRef: story.entityRef,
    depth: 0,
    ingress: story.ingress,
    principal: story.principal,
    acceptedAt: iso(startedAt),
    dataSize: JSON.stringify(story.data).length,
    settled,
    summary: run.status,
    title: story.title,
  };
  return { group, event, run };
}

function entriesOf(
  story: Story,
  startedAt: number,
  now: number,
  uid: string,
  changeId: string | undefined,
): TimelineEntry[] {
  let at = startedAt;
  const entries: TimelineEntry[] = [];
  for (const [after, kind, data, link] of story.lines) {
    at += after;
    if (at > now) break;
    const { linkText, url, ...sentence } = timelineSentence(
      kind,
      data as TimelineData[typeof kind],
    );
    const to = url ?? (changeId && `/gitops-events/changes/${changeId}`);
    entries.push({
      id: `${uid}-${String(entries.length).padStart(4, '0')}`,
      at: iso(at),
      kind,
      ...sentence,
      link: link ?? (linkText && to ? { text: linkText, to } : undefined),
      changeId,
    });
  }
  return entries;
}

const waits: Partial<Record<TimelineKind, string>> = {
  eventReceived: 'The sensors look at it',
  sensorFired: 'Rendering the change',
  changeRendered: 'Policy judges the change',
  policyJudged: 'Writing the commit',
  changeCommitted: 'Opening the pull request',
  pullRequestOpened: 'Waiting for the checks of the pull request',
  approved: 'Merging',
  merged: 'Waiting for the sync to begin',
  syncStarted: 'Waiting until it is healthy',
  syncProgress: 'Waiting until it is healthy',
};

function runOf(
  story: Story,
  startedAt: number,
  uid: string,
  changeId: string | undefined,
  entries: TimelineEntry[],
): RunView {
  const last = entries[entries.length - 1];
  const [, , lastData] = story.lines[entries.length - 1];
  const end =
    last.kind === 'runEnded'
      ? (lastData as TimelineData['runEnded'])
      : undefined;
  const held = last.kind === 'held';
  const approval = last.kind === 'waitingForApproval';
  const message =
    end?.reason?.message ??
    ((held && last.detail) || (approval && last.title) || undefined) ??
    waits[last.kind];
  const reason = message ? { code: last.kind, message } : undefined;
  const shape = {
    state: (end && 'ended') ?? (held ? 'held' : 'waiting'),
    end: end?.end,
    mode: 'auto',
    createdAt: iso(startedAt),
    endedAt: end && last.at,
    reason,
  } as const;
  return {
    ...shape,
    id: exampleId(`run ${uid}`),
    title: story.title,
    eventUid: uid,
    eventType: story.type,
    eventSource: story.source,
    sensor: story.sensor,
    sensorTitle: story.sensorTitle,
    owner: story.owner,
    revision: 7,
    generation: 0,
    entityRef: story.entityRef,
    target: { environment: story.environment },
    status: statusOfRun(shape, {
      state: approval ? 'waiting' : 'proposed',
      owner: story.owner,
    }),
    steps: [
      {
        id: 'change',
        action: 'git:change',
        state: held ? 'waiting' : 'done',
        attempts: 1,
        reason: held ? reason : undefined,
      },
      {
        id: 'sync',
        action: 'sync:wait',
        state: end ? 'done' : 'pending',
        attempts: 0,
      },
    ],
    changeId,
    version: entries.length,
  };
}
