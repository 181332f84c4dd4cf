import type {
  Reason,
  RedirectChoice,
  Target,
} from '@gitops-events/plugin-gitops-events-common';
import {
  partsOfTarget,
  whyNotRedirect,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import { boundaryRefusal, type RunConfig } from '../pipeline/newRun';
import { unknownTarget } from '../pipeline/permitted';

type Granted = Pick<RunConfig, 'targets' | 'boundaries'>;

/**
 * Why runs of a sensor may not land in a target that a person chose, or
 * undefined: it is configured, its owner's boundary holds it, and the sensor
 * goes by its target. Asked when the replay is asked for, and again before each
 * of its pages; each run asks for itself before each of its steps.
 */
export function redirectRefusal(
  sensor: Sensor,
  target: Target,
  config: Granted,
): Reason | undefined {
  const message = whyNotRedirect(sensor, target);
  if (message !== undefined) return { code: 'notRedirected', message };
  return (
    unknownTarget(target, config) ??
    boundaryRefusal(sensor.metadata.owner, target, config)
  );
}

/** Where it may land, for a person to choose from. */
export function redirectChoice(
  sensor: Sensor,
  config: Granted,
): RedirectChoice {
  const { owner } = sensor.metadata;
  const environments = Object.keys(config.targets).filter(
    environment => !boundaryRefusal(owner, { environment }, config),
  );
  const nowhere =
    environments.length === 0
      ? `${owner} may act on no configured target. Widen its boundary under gitopsEvents.boundaries.`
      : undefined;
  const refused = whyNotRedirect(sensor) ?? nowhere;
  return {
    environments,
    parts: partsOfTarget(sensor),
    ...(refused !== undefined && { refused }),
  };
}
