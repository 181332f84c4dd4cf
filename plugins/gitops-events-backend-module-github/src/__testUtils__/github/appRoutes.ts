import { createVerify } from 'node:crypto';
import { created, ok, type Answer } from './answer';

export const APP_TOKEN = 'token-of-an-installation';

/** An attempt to deliver to the App's webhook. */
export interface SentDelivery {
  id: number;
  guid: string;
  delivered_at: string;
  status_code: number;
}

/** What an App asks: for Backstage, to act; for us, to hear again what was not delivered. */
export class AppRoutes {
  readonly deliveries: SentDelivery[] = [];
  /** Ids of attempts that were asked for again. */
  readonly redelivered: number[] = [];
  /** With it, who asks must sign with the key's other half. */
  publicKey?: string;

  answer(method: string, path: string, token: string): Answer | undefined {
    if (method === 'GET' && path === '/app/installations') {
      return ok([{ id: 7, account: { login: 'acme' }, suspended_by: null }]);
    }
    if (path === '/app/installations/7/access_tokens') {
      return created({
        token: APP_TOKEN,
        expires_at: new Date(Date.now() + 3_600_000).toISOString(),
        repository_selection: 'all',
      });
    }
    if (!path.startsWith('/app/hook/deliveries')) return undefined;
    if (!this.isSigned(token)) {
      const message = 'A JSON web token could not be decoded';
      return { status: 401, body: { message } };
    }
    if (method === 'GET') return ok(this.deliveries);
    this.redelivered.push(Number(path.split('/')[4]));
    return { status: 202, body: {} };
  }

  private isSigned(token: string): boolean {
    const [head, claims, signature] = token.split('.');
    const { iat, exp, iss } = JSON.parse(
      Buffer.from(claims, 'base64url').toString(),
    );
    const now = Date.now() / 1000;
    return (
      iss === '1' &&
      iat <= now &&
      exp > now &&
      exp - iat <= 600 &&
      createVerify('RSA-SHA256')
        .update(`${head}.${claims}`)
        .verify(this.publicKey!, signature, 'base64url')
    );
  }
}
