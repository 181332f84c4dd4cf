import {
  statusOfRun,
  type HeldView,
  type RunView,
} from '@gitops-events/plugin-gitops-events-common';
import type { Change } from '../store/changeRow';
import type { Run } from '../store/runRow';
import type { EventRow } from './eventRow';

/** A run with what its view needs from elsewhere. */
export interface RunStory {
  run: Run;
  sensorTitle: string;
  /** Changes that carry it, oldest first. */
  changes: Change[];
}

export const iso = (ms: number): string => new Date(ms).toISOString();

export function runView(
  { run, sensorTitle, changes }: RunStory,
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
      { ...run, ...times },
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
    version: run.version,
    ...times,
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
