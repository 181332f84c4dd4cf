import { GitopsEventsClient } from '@gitops-events/plugin-gitops-events-common';
import { UserError } from '../exitCodes';

/** Of each command that asks a portal. */
export const urlFlag = {
  type: String,
  placeholder: '<address>',
  description: 'Of the portal; GITOPS_EVENTS_URL by default',
} as const;

/**
 * A client of a running portal, with the token of the environment.
 *
 * @throws UserError when address or token are missing
 */
export function portalClient(
  /** What the token must be allowed to do. */
  may: string,
  url = process.env.GITOPS_EVENTS_URL,
): GitopsEventsClient {
  if (!url || !URL.canParse(url)) {
    throw new UserError(
      'Say where the portal is: --url https://portal.example.com, or GITOPS_EVENTS_URL.',
    );
  }
  const token = process.env.GITOPS_EVENTS_TOKEN;
  if (!token) {
    throw new UserError(
      `Put a token of the portal into GITOPS_EVENTS_TOKEN; one that may ${may}.`,
    );
  }
  const base = url.replace(/\/+$/, '');
  return new GitopsEventsClient({
    discoveryApi: { getBaseUrl: async id => `${base}/api/${id}` },
    fetchApi: {
      fetch: (input, init) =>
        fetch(input, {
          ...init,
          headers: { ...init?.headers, authorization: `Bearer ${token}` },
        }).catch(error => {
          throw new UserError(`${base} does not answer: ${error.message}.`);
        }),
    },
  });
}
