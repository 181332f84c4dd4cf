import {
  statusOfRun,
  type HeldView,
  type RevertView,
  type RunView,
} from '@gitops-events/plugin-gitops-events-common';
import type { Change } from '../store/changeRow';
import type { Revert } from '../store/reverts';
import type { Run } from '../store/runRow';
import type { EventRow } from './eventRow';

/** A run with what its view needs from elsewhere. */
export interface RunStory {
  run: Run;
  sensorTitle: string;
  /** Changes that carry it, oldest first. */
  changes: Change[];
  /** That it takes another run back, or is taken back. */
  revert?: Revert;
}

export const iso = (ms: number): string => new Date(ms).toISOString();

export function runView(
  { run, sensorTitle, changes, revert }: RunStory,
  event: Pick<EventRow, 'type' | 'source'> | undefined,
): RunView {
  const change = changes.at(-1);
  const times = {
    createdAt: iso(run.createdAt),
    endedAt: run.endedAt === undefined ? undefined : iso(run.endedAt),
  };
  return {
    id: run.id,
    title: run.title,
    eventUid: run.eventUid,
    eventType: event?.type ?? '',
    eventSource: event?.source ?? '',
    sensor: run.sensor,
    sensorTitle,
    owner: run.ownerRef,
    revision: run.revision,
    generation: run.generation,
    mode: run.mode,
    agreed: run.agreed,
    entityRef: run.entityRef,
    target: run.target,
    ...(run.scope?.redirected && {
      redirectedFrom: run.scope.redirected.from ?? {},
    }),
    state: run.state,
    end: run.end,
    reason: run.reason,
    status: statusOfRun(
      { ...run, ...times, revertedBy: revertedBy(run, revert) },
      change && { ...change, owner: change.ownerRef },
    ),
    steps: run.steps.map(
      ({ id, action, state, attempts, reason, onFailure }) => ({
        id,
        action,
        state,
        attempts,
        reason,
        onFailure,
      }),
    ),
    changeId: change?.id,
    revert: revert && revertView(revert),
    version: run.version,
    ...times,
  };
}

/** Who took it back, once that is done. */
function revertedBy({ id }: Run, revert: Revert | undefined) {
  return revert?.ofRun === id && revert.done ? revert.by : undefined;
}

export function revertView({ rootCause, ...revert }: Revert): RevertView {
  const { runId, ofRun, done, by, comment, askedAt } = revert;
  return {
    ...{ runId, ofRunId: ofRun, done, by, comment, at: iso(askedAt) },
    ...(rootCause && { rootCause: { ...rootCause, at: iso(rootCause.at) } }),
  };
}

export function heldView(
  story: RunStory,
  event: Pick<EventRow, 'type' | 'source'> | undefined,
  comments: HeldView['comments'],
): HeldView {
  const { run } = story;
  const step = run.steps[run.step]?.id ?? '';
  return {
    ...runView(story, event),
    heldAt: iso(run.heldAt ?? run.createdAt),
    cause: [run.sensor, step, run.reason?.code ?? 'held'].join('/'),
    comments,
  };
}
