import { maskSecrets } from '@gitops-events/plugin-gitops-events-common';
import type { Run } from '../store/runRow';

/** What a sensor tells approvers of its run, name by name. */
export function shownContext({
  scope,
}: Pick<Run, 'scope'>): Array<[name: string, value: string]> {
  const context = maskSecrets(scope.context ?? {}) as Record<string, string>;
  return Object.entries(context);
}
