import type {
  Reason,
  StoredEvent,
  Target,
} from '@gitops-events/plugin-gitops-events-common';
import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import { slotOf } from '../concurrency/slotOf';
import type { FiredEvent, Sandbox } from '../sandbox';
import type { Run } from '../store/runRow';
import { saidBy, type RunConfig } from './newRun';

export interface ResolveContext {
  sandbox: Pick<Sandbox, 'evaluate' | 'resolveFiring'>;
  config: RunConfig;
  /** Owners of those among these entities that have one. */
  ownersOf(entityRefs: string[]): Promise<ReadonlyMap<string, string>>;
}

/** A run that says what it is made of. */
export interface ResolvedRun {
  run: Run;
  /** Its events, each with the dependency it counts for. */
  firing: FiredEvent[];
}

/**
 * Tells what a run is made of, where deciding could not: with a window only
 * its events together say it, and a run that was held because an expression
 * failed is asked again when it is released.
 *
 * @param events - those of the run, in order
 * @param signal - aborted when nobody waits for the answer any more
 */
export async function resolveRun(
  context: ResolveContext,
  what: {
    run: Run;
    sensor: Sensor;
    events: StoredEvent[];
    signal?: AbortSignal;
  },
): Promise<ResolvedRun | { reason: Reason }> {
  const { run, sensor, events } = what;
  const firing = await firingOf(context, run, events);
  if ('reason' in firing) return firing;
  if (run.scope.params !== undefined) return { run, firing };

  const asked = {
    name: run.sensor,
    revision: run.revision,
    definition: sensor,
  };
  const told = await context.sandbox.resolveFiring(
    { sensor: asked, firing },
    what.signal,
  );
  if ('reason' in told) return told;
  const { params, context: shown, concurrencyKey } = told.scope;
  const { redirected } = run.scope;
  const said = saidBy(told.scope, {
    sensor: asked,
    config: context.config,
    redirect: redirected && run.target,
  });
  const { entityRef } = said;
  const owners = entityRef ? await context.ownersOf([entityRef]) : undefined;
  const resolved: Run = {
    ...run,
    ...said,
    entityOwnerRef: entityRef && owners?.get(entityRef),
    scope: {
      events: run.scope.events.map((one, at) => ({
        ...one,
        dependency: firing[at].dependency,
      })),
      params,
      context: shown,
      ...(concurrencyKey !== undefined && { concurrencyKey }),
      ...(redirected && { redirected: { from: told.scope.target } }),
    },
  };
  // Only one that a person released before its key was known has no place yet.
  const slot = run.slot ?? slotOf(resolved, sensor)?.slot;
  return { run: { ...resolved, slot }, firing };
}

/**
 * Where a run lands that does not say so yet; undefined when it cannot be told,
 * which its first step then says.
 */
export async function tellTarget(
  context: ResolveContext & {
    readEvent(uid: string): Promise<StoredEvent | undefined>;
  },
  run: Run,
  sensor: Sensor,
): Promise<Target | undefined> {
  const found = await Promise.all(
    run.scope.events.map(({ uid }) => context.readEvent(uid)),
  );
  const events = found.filter(event => event !== undefined);
  if (events.length < found.length) return undefined;
  const told = await resolveRun(context, { run, sensor, events });
  return 'reason' in told ? undefined : told.run.target;
}

/** The dependency of an event is unknown where its filter failed: it is asked again, by the active revision. */
async function firingOf(
  { sandbox }: ResolveContext,
  { sensor: name, scope }: Run,
  events: StoredEvent[],
): Promise<FiredEvent[] | { reason: Reason }> {
  const firing: FiredEvent[] = [];
  for (const [at, event] of events.entries()) {
    let { dependency } = scope.events[at];
    if (dependency === undefined) {
      const [answers] = (await sandbox.evaluate([event])).events;
      const answer = answers.find(({ sensor }) => sensor === name);
      if (!answer) return { reason: noLongerListening(name) };
      const { evaluation } = answer;
      if (evaluation.result !== 'matched') return { reason: evaluation.reason };
      dependency = evaluation.dependency;
    }
    firing.push({ dependency, event });
  }
  return firing;
}

function noLongerListening(name: string): Reason {
  return {
    code: 'noLongerListening',
    message: `${name} does not listen to this event any more. Discard this run.`,
  };
}
