import {
  installedAction,
  matchesPattern,
  type ActionSchema,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { GitopsEventsConfig } from '../config';
import type { Handlers } from './handlers';

/**
 * `GET /v1/installation`: what a linter outside of the portal has to know.
 * Boundaries are for the members of their owner to know, and so are the names
 * of the secrets that they grant.
 */
export const installationHandlers = (room: {
  config: Pick<GitopsEventsConfig, 'boundaries' | 'secrets'>;
  actions: readonly ActionSchema[];
}): Pick<Handlers, 'describeInstallation'> => ({
  async describeInstallation({ access }) {
    const { boundaries, secrets } = room.config;
    const own = boundaries.filter(({ owner }) =>
      access.allows({ ownerRefs: [owner] }),
    );
    return {
      actions: room.actions.map(installedAction),
      secrets: (secrets?.names ?? []).filter(name =>
        own.some(({ secrets: granted = [] }) =>
          granted.some(pattern => matchesPattern(pattern, name)),
        ),
      ),
      boundaries: own,
    };
  },
});
