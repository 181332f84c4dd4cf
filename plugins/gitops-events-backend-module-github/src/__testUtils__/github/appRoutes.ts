import { created, ok, type Answer } from './answer';

export const APP_TOKEN = 'token-of-an-installation';

/** What Backstage asks to act as an App. */
export function appRoutes(method: string, path: string): Answer | undefined {
  if (method === 'GET' && path === '/api/v3/app/installations') {
    return ok([{ id: 7, account: { login: 'acme' }, suspended_by: null }]);
  }
  if (path === '/api/v3/app/installations/7/access_tokens') {
    return created({
      token: APP_TOKEN,
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      repository_selection: 'all',
    });
  }
  return undefined;
}
