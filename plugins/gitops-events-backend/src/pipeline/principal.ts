import type {
  BackstageCredentials,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';
import { AuthenticationError } from '@backstage/errors';
import { matchesPattern } from '@gitops-events/plugin-gitops-events-sensors';

const VIA = ' via ';

/**
 * Who brings an event, in the words of the configuration: `plugin:scaffolder`,
 * `external:registry`, `user:default/ana`, or
 * `user:default/ana via plugin:scaffolder` when a plugin acts for a person.
 *
 * @throws AuthenticationError for nobody.
 */
export function principalOf(credentials: BackstageCredentials): string {
  const principal = credentials.principal as
    BackstageUserPrincipal | BackstageServicePrincipal | { type: 'none' };
  if (principal.type === 'service') return serviceName(principal.subject);
  if (principal.type === 'user') {
    return principal.actor
      ? `${principal.userEntityRef}${VIA}${serviceName(principal.actor.subject)}`
      : principal.userEntityRef;
  }
  throw new AuthenticationError('Sign in, or send a token.');
}

/** The person in a principal, if there is one. */
export function userOf(principal: string): string | undefined {
  return principal.startsWith('user:') ? principal.split(VIA)[0] : undefined;
}

/**
 * Whether a pattern of the configuration means this principal. Both parts must
 * fit: a grant to a person is none to a plugin that acts for that person.
 */
export function matchesPrincipal(pattern: string, principal: string): boolean {
  const patterns = pattern.split(VIA);
  const parts = principal.split(VIA);
  return (
    patterns.length === parts.length &&
    patterns.every((part, index) => matchesPattern(part, parts[index]))
  );
}

/** The subject of a token from outside is as an administrator wrote it. */
function serviceName(subject: string): string {
  return /^(plugin|external):/.test(subject) ? subject : `external:${subject}`;
}
