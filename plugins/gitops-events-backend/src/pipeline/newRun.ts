import {
  partitionKeyOf,
  type Reason,
  type StoredEvent,
  type Target,
} from '@gitops-events/plugin-gitops-events-common';
import {
  checkResolved,
  modes,
  type Firing,
  type FiringScope,
  priorities,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { GitopsEventsConfig } from '../config';
import type { ActiveSensor } from '../sandbox';
import type { NewRun } from '../store/insertRuns';
import { isGated } from '../gate/isGated';
import { askSchedule } from '../schedule/askSchedule';
import type { Run } from '../store/runRow';
import { laneOf, runIdOf } from './effectId';
import { entityRefusal } from './permitted';

export type RunConfig = Pick<
  GitopsEventsConfig,
  'ingresses' | 'boundaries' | 'targets'
>;

interface RunOptions {
  firing: Firing;
  sensor: ActiveSensor;
  config: RunConfig;
  /** Owners of entities that the event itself does not name. */
  owners: ReadonlyMap<string, string>;
  /** Milliseconds since the epoch. */
  now: number;
  /** Of a replay for real, whose runs begin behind all others; 0 by default. */
  generation?: number;
  /** Where a person lets it land instead of where the sensor says. */
  redirect?: Target;
}

/**
 * The run that a sensor's firing makes. Pure. What it may concern and where it
 * may land was checked for the event, and is checked here for the run: a run
 * that may not is made all the same, held for a person.
 *
 * What a window fires is not told yet: its first step resolves it, and checks.
 */
export function newRun(
  options: RunOptions & {
    /** The event being decided. */
    event: StoredEvent;
    /** What its firing said; undefined when an expression failed. */
    told: FiringScope | undefined;
  },
): NewRun {
  const { firing, sensor, event, told, config } = options;
  if (firing.windowKey !== undefined) return windowRun(options);
  const { owner } = sensor.definition.metadata;
  const said = told ? saidBy(told, options) : { entityRef: event.entityRef };
  const reason =
    firing.held ??
    entityRefusal(said.entityRef, event, config) ??
    boundaryRefusal(owner, options.redirect ?? told?.target, config);
  return inItsHours(options, {
    ...base(options, reason),
    ...said,
    entityOwnerRef:
      said.entityRef === event.entityRef
        ? event.ownerRef
        : said.entityRef && options.owners.get(said.entityRef),
    scope: {
      events: firing.events.map(({ dependency, ...one }) => ({
        ...one,
        dependency: dependency || undefined,
      })),
      ...(told && {
        params: told.params,
        context: told.context,
        concurrencyKey: told.concurrencyKey,
      }),
      ...(options.redirect && { redirected: { from: told?.target } }),
    },
    lane: laneOf(
      sensor.name,
      { partitionKey: partitionKeyOf(event) },
      options.generation,
    ),
  });
}

/** The run of a window's firing; its events may be long gone by. Pure. */
export function windowRun(options: RunOptions): NewRun {
  const { firing, sensor } = options;
  return inItsHours(options, {
    ...base(options, firing.held),
    scope: {
      events: firing.events,
      ...(options.redirect && { redirected: {} }),
    },
    lane: laneOf(
      sensor.name,
      { windowKey: firing.windowKey! },
      options.generation,
    ),
  });
}

/** One that would begin in a freeze or outside its active hours says so from the start; one that is delayed is asked once its time has come. */
function inItsHours({ sensor, config, now }: RunOptions, run: NewRun): NewRun {
  if (run.state !== 'queued' || run.dueAt > now) return run;
  const said = askSchedule({
    run,
    sensor: sensor.definition,
    targets: config.targets,
    now,
  });
  return said.answer === 'wait'
    ? { ...run, topic: said.topic, dueAt: said.dueAt, reason: said.reason }
    : run;
}

/** What a firing said, as its run keeps it. */
export function saidBy(
  told: FiringScope,
  {
    sensor,
    config,
    redirect,
  }: Pick<RunOptions, 'sensor' | 'config' | 'redirect'>,
): Pick<Run, 'title' | 'entityRef' | 'target' | 'mode'> {
  const { title, entityRef } = told;
  const target = redirect ?? told.target;
  return { title, entityRef, target, mode: cappedMode(sensor, target, config) };
}

/** Why a run of this owner may not land there, or undefined. */
export function boundaryRefusal(
  owner: string,
  target: Target | undefined,
  { boundaries }: Pick<RunConfig, 'boundaries'>,
): Reason | undefined {
  return checkResolved(
    owner,
    boundaries.find(boundary => boundary.owner === owner),
    { environment: target?.environment },
  );
}

function base(
  { firing, sensor, config, now, generation = 0, redirect }: RunOptions,
  held: Reason | undefined,
): Omit<NewRun, 'scope' | 'lane'> {
  const { metadata, spec } = sensor.definition;
  const events = firing.events.map(({ uid }) => uid);
  return {
    id: runIdOf({ events, sensor: sensor.name, generation }),
    eventUid: events[events.length - 1],
    sensor: sensor.name,
    revision: sensor.revision,
    generation,
    title: metadata.title ?? metadata.name,
    ownerRef: metadata.owner,
    target: redirect,
    mode: cappedMode(sensor, redirect, config),
    state: held ? 'held' : 'queued',
    step: 0,
    attempt: 0,
    steps: spec.steps.map(({ id, action }) => ({
      id,
      action,
      state: 'pending',
      attempts: 0,
    })),
    reason: held ?? firing.delayed?.reason,
    dueAt: Math.max(now, firing.delayed?.until ?? 0),
    heldAt: held && now,
    createdAt: now,
    gated: isGated(sensor.definition, config.targets, now, redirect),
    priority: generation > 0 ? -1 : priorities.indexOf(spec.priority) - 1,
  };
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
