import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { Dependency } from '../schema';

/** Whether type and ingress let an event through to the filter. @public */
export function matchesDependency(
  dependency: Pick<Dependency, 'type' | 'ingress'>,
  event: Pick<StoredEvent, 'type' | 'ingress'>,
): boolean {
  if (
    dependency.ingress !== undefined &&
    dependency.ingress !== event.ingress
  ) {
    return false;
  }
  return dependency.type.endsWith('.*')
    ? event.type.startsWith(dependency.type.slice(0, -1))
    : event.type === dependency.type;
}
