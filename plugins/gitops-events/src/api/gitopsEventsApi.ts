import {
  createApiFactory,
  createApiRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { GitopsEventsClient } from '@gitops-events/plugin-gitops-events-common';

/** What the pages need: the routes of the API, called by name. @public */
export type GitopsEventsApi = Pick<GitopsEventsClient, 'call'>;

/** @public */
export const gitopsEventsApiRef = createApiRef<GitopsEventsApi>({
  id: 'plugin.gitops-events.client',
});

export const gitopsEventsApiFactory = createApiFactory({
  api: gitopsEventsApiRef,
  deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
  factory: deps => new GitopsEventsClient(deps),
});
