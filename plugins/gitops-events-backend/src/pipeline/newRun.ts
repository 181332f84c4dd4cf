import {
  partitionKeyOf,
  type Reason,
  type StoredEvent,
  type Target,
} from '@gitops-events/plugin-gitops-events-common';
import {
  checkResolved,
  modes,
  priorities,
  type Evaluation,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { GitopsEventsConfig } from '../config';
import type { ActiveSensor } from '../sandbox';
import type { NewRun } from '../store/insertRuns';
import { isGated } from '../gate/isGated';
import { laneOf, runIdOf } from './effectId';
import { entityRefusal } from './permitted';

export type RunConfig = Pick<
  GitopsEventsConfig,
  'ingresses' | 'boundaries' | 'targets'
>;

/**
 * The run that a sensor's firing makes. Pure. What it may concern and where it
 * may land was checked for the event, and is checked here for the run: a run
 * that may not is made all the same, held for a person.
 */
export function newRun(options: {
  event: StoredEvent;
  sensor: ActiveSensor;
  evaluation: Evaluation;
  /** Why it is held from the start; undefined when it fired. */
  held: Reason | undefined;
  config: RunConfig;
  /** Owners of entities that the event itself does not name. */
  owners: ReadonlyMap<string, string>;
  /** Milliseconds since the epoch. */
  now: number;
}): NewRun {
  const { event, sensor, evaluation, config, owners, now } = options;
  const { metadata, spec } = sensor.definition;
  const match = evaluation.result === 'matched' ? evaluation : undefined;
  const entityRef = match ? match.entityRef : event.entityRef;
  const reason =
    options.held ??
    entityRefusal(entityRef, event, config) ??
    boundaryRefusal(metadata.owner, match?.target, config);
  return {
    id: runIdOf({ events: [event], sensor: sensor.name, generation: 0 }),
    eventUid: event.uid,
    sensor: sensor.name,
    revision: sensor.revision,
    generation: 0,
    title: match?.title ?? metadata.title ?? metadata.name,
    ownerRef: metadata.owner,
    entityRef,
    entityOwnerRef:
      entityRef === event.entityRef
        ? event.ownerRef
        : entityRef && owners.get(entityRef),
    target: match?.target,
    mode: cappedMode(sensor, match?.target, config),
    scope: match && {
      dependency: match.dependency,
      params: match.params,
      dedupeKey: match.dedupeKey,
      context: match.context,
    },
    lane: laneOf(sensor.name, partitionKeyOf(event)),
    state: reason ? 'held' : 'queued',
    step: 0,
    attempt: 0,
    steps: spec.steps.map(({ id, action }) => ({
      id,
      action,
      state: 'pending',
      attempts: 0,
    })),
    reason,
    dueAt: now,
    heldAt: reason && now,
    createdAt: now,
    gated: isGated(sensor.definition),
    priority: priorities.indexOf(spec.priority) - 1,
  };
}

function boundaryRefusal(
  owner: string,
  target: Target | undefined,
  { boundaries }: RunConfig,
): Reason | undefined {
  return checkResolved(
    owner,
    boundaries.find(boundary => boundary.owner === owner),
    { environment: target?.environment },
  );
}

/** The sensor's mode, and no more than its owner and its target allow. */
function cappedMode(
  { definition }: ActiveSensor,
  target: Target | undefined,
  { boundaries, targets }: RunConfig,
): NewRun['mode'] {
  const { owner } = definition.metadata;
  const caps: Array<NewRun['mode']> = [definition.spec.mode];
  if (!boundaries.find(boundary => boundary.owner === owner)?.merge) {
    caps.push('propose');
  }
  if (target?.environment !== undefined) {
    caps.push(targets[target.environment]?.mode ?? 'propose');
  }
  return modes[Math.min(...caps.map(mode => modes.indexOf(mode)))];
}
