import {
  statusOfChange,
  type ChangeView,
  type DecisionView,
  type HeldView,
  type RunView,
} from '@gitops-events/plugin-gitops-events-common';
import { exampleDiff } from './fileDiff';
import { changeIdOf, exampleId, iso, tell } from './story';
import type { Happening } from './world';

/** The change of a story, as far as it has come. */
export function changeOf(
  { story, startedAt, revert }: Happening,
  now: number,
): ChangeView | undefined {
  const { change } = story;
  if (!change) return undefined;
  const { group, run } = tell(story, startedAt, now);
  const kinds = group.entries.map(entry => entry.kind);
  if (!kinds.includes('changeRendered')) return undefined;
  const files = change.files.map(exampleDiff);
  const sum = (of: 'additions' | 'deletions') =>
    files.reduce((total, file) => total + file[of], 0);
  const merged = kinds.includes('merged');
  const held = run.state === 'held';
  const ended = merged || run.state === 'ended';
  const last = group.entries[group.entries.length - 1];
  const shape = {
    ...stateOf(run, merged, last.kind),
    reason: held ? run.reason : undefined,
    approvals: change.approvals,
    approvalsNeeded: change.approvalsNeeded,
    involved: change.involved ?? [],
  } as const;
  const id = changeIdOf(story, startedAt);
  const commit = exampleId(`commit ${id}`).padEnd(40, '4');
  const opened = kinds.includes('pullRequestOpened');
  return {
    ...shape,
    id,
    title: story.title,
    repository: 'deployments',
    base: 'main',
    branch: `gitops-events/${id.slice(0, 12)}`,
    sensor: story.sensor,
    owner: story.owner,
    entityRef: story.entityRef,
    target: { environment: story.environment },
    mode: 'auto',
    status: statusOfChange({ ...shape, owner: story.owner }),
    revision: 1,
    baseCommit: exampleId(`base ${id}`).padEnd(40, '2'),
    headCommit: opened ? commit : undefined,
    mergeCommit: merged ? commit : undefined,
    pullRequest: opened ? { number: change.pullRequest } : undefined,
    files: files.length,
    additions: sum('additions'),
    deletions: sum('deletions'),
    verdicts: change.verdicts,
    members: [
      {
        runId: run.id,
        title: story.title,
        eventUid: group.eventUid,
        end: run.end,
        revert,
      },
    ],
    createdAt: iso(startedAt),
    endedAt: ended ? last.at : undefined,
    version: group.entries.length,
  };
}

export function heldOf(
  happening: Happening,
  now: number,
): HeldView | undefined {
  const { group, run } = tell(happening.story, happening.startedAt, now);
  if (run.state !== 'held') return undefined;
  const last = group.entries[group.entries.length - 1];
  const [, , data] = happening.story.lines[group.entries.length - 1];
  const { reason } = data as { reason: HeldView['reason'] };
  return {
    ...run,
    reason,
    heldAt: last.at,
    cause: `${run.sensor} change ${reason?.code}`,
    comments: happening.comments,
  };
}

export function decisionsOf(happening: Happening, now: number): DecisionView[] {
  const { event, run } = tell(happening.story, happening.startedAt, now);
  const about = {
    eventUid: event.uid,
    eventType: event.type,
    eventSource: event.source,
    eventSubject: event.subject,
    decidedAt: iso(happening.startedAt + 10),
  };
  const fired: DecisionView = {
    ...about,
    sensor: run.sensor,
    revision: run.revision,
    outcome: 'fired',
    reason: { code: 'fired', message: 'All its conditions hold.' },
    runId: run.id,
  };
  if (run.sensor !== 'promote-image') return [fired];
  return [
    fired,
    {
      ...about,
      sensor: 'audit-trail',
      revision: 1,
      outcome: 'notMatched',
      reason: {
        code: 'filterFalse',
        message: `The filter of dependency “pushed” is false: event.data.operator is "robot$builds", and it wants a person.`,
      },
    },
  ];
}

function stateOf(
  run: RunView,
  merged: boolean,
  last: string,
): Pick<ChangeView, 'state' | 'end'> {
  if (merged) return { state: 'ended', end: 'merged' };
  if (run.state === 'ended') {
    const end = run.end === 'cancelled' ? 'cancelled' : 'discarded';
    return { state: 'ended', end };
  }
  if (run.state === 'held') return { state: 'ended', end: 'failed' };
  return { state: last === 'waitingForApproval' ? 'waiting' : 'proposed' };
}
