import type {
  Reason,
  StoredEvent,
  Target,
} from '@gitops-events/plugin-gitops-events-common';
import {
  checkResolved,
  matchesPattern,
  secretPlaces,
  type SensorStep,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { GitopsEventsConfig } from '../config';
import type { Run } from '../store/runRow';

/**
 * Why a run may not act, or undefined. Asked when it is made and again before
 * each of its steps, so that a release passes no permission by.
 *
 * A sensor may name another entity than its event did only where a service
 * brought the event: what a person may name was checked for that one entity.
 */
export function entityRefusal(
  entityRef: string | undefined,
  event: Pick<StoredEvent, 'entityRef' | 'ingress' | 'principal'>,
  config: Pick<GitopsEventsConfig, 'ingresses'>,
): Reason | undefined {
  if (entityRef === undefined) return undefined;
  const ingress = config.ingresses.find(({ name }) => name === event.ingress);
  if (!ingress?.entities.some(pattern => matchesPattern(pattern, entityRef))) {
    return {
      code: 'notAllowed',
      message: `Events of ${event.ingress} may not concern ${entityRef}. Grant it under gitopsEvents.ingresses.${event.ingress}.entities, then release.`,
      detail: { entityRef, ingress: event.ingress },
    };
  }
  if (event.principal.startsWith('user:') && entityRef !== event.entityRef) {
    return {
      code: 'notAllowed',
      message: `${event.principal} asked for ${event.entityRef ?? 'no entity'}, and the sensor would act on ${entityRef}. Mend the sensor's entity, or discard this run.`,
      detail: { entityRef, asked: event.entityRef },
    };
  }
  return undefined;
}

/** A person may choose only what is configured: there alone mode and freezes are told. */
export function unknownTarget(
  { environment }: Target = {},
  { targets }: Pick<GitopsEventsConfig, 'targets'>,
): Reason | undefined {
  if (environment !== undefined && Object.hasOwn(targets, environment)) {
    return undefined;
  }
  return {
    code: 'unknownTarget',
    message: `There is no target ${environment}; configured are: ${Object.keys(targets).join(', ') || 'none'}. Add it under gitopsEvents.targets, or choose another.`,
    detail: { environment },
  };
}

/** Why a step of a run may not be taken, or undefined. */
export function stepRefusal(
  run: Run,
  step: SensorStep,
  events: StoredEvent[],
  config: Pick<GitopsEventsConfig, 'ingresses' | 'boundaries' | 'targets'>,
): Reason | undefined {
  return (
    (run.scope.redirected && unknownTarget(run.target, config)) ??
    events
      .map(event => entityRefusal(run.entityRef, event, config))
      .find(refusal => refusal !== undefined) ??
    checkResolved(
      run.ownerRef,
      config.boundaries.find(({ owner }) => owner === run.ownerRef),
      {
        // Who may change a file may take that back.
        action: run.scope.revert ? 'git:change' : step.action,
        environment: run.target?.environment,
        secrets: secretPlaces(step.input).flatMap(({ names }) => names),
      },
    )
  );
}
