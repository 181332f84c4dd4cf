import type {
  AuthService,
  BackstageCredentials,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { GitopsEventsClient } from '@gitops-events/plugin-gitops-events-common';

/** Makes a client that acts for the person who started the task. */
export type ClientFor = (
  credentials: BackstageCredentials,
) => GitopsEventsClient;

/** A token is asked for before each call, because a task can outlive one. */
export function clientFactory(options: {
  auth: AuthService;
  discovery: DiscoveryService;
}): ClientFor {
  const { auth, discovery } = options;
  return credentials =>
    new GitopsEventsClient({
      discoveryApi: discovery,
      fetchApi: {
        async fetch(input, init) {
          const { token } = await auth.getPluginRequestToken({
            onBehalfOf: credentials,
            targetPluginId: 'gitops-events',
          });
          const headers = new Headers(init?.headers);
          headers.set('authorization', `Bearer ${token}`);
          return fetch(input, { ...init, headers });
        },
      },
    });
}
