import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';

/** Whether runs of a sensor must ask before they begin. */
export function isGated({ spec }: Sensor): boolean {
  return spec.circuitBreaker !== undefined || spec.concurrency !== undefined;
}
