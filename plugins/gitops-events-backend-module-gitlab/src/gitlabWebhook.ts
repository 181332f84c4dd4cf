import { createHash, timingSafeEqual } from 'node:crypto';
import {
  AuthenticationError,
  InputError,
  NotAllowedError,
} from '@backstage/errors';
import type {
  Webhook,
  WebhookNews,
} from '@gitops-events/plugin-gitops-events-node';
import { newsOf } from './webhookNews';

/** What GitLab sends, with the secret token of the webhook. */
export function gitlabWebhook(secret: string | undefined): Webhook {
  return {
    name: 'gitlab',
    receive({ headers, body }) {
      if (!secret) {
        throw new NotAllowedError(
          'No secret is configured. Set gitopsEvents.gitlab.webhookSecret to the secret token of the webhook.',
        );
      }
      if (!isSame(headers['x-gitlab-token'], secret)) {
        throw new AuthenticationError(
          'The secret token in x-gitlab-token is missing or is another one. Give the webhook the token of gitopsEvents.gitlab.webhookSecret.',
        );
      }
      return { delivery: deliveryOf(headers, body), ...readNews(body) };
    },
  };
}

/** In the same time, whatever is given and however long it is. */
function isSame(given: string | string[] | undefined, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return (
    typeof given === 'string' && timingSafeEqual(digest(given), digest(secret))
  );
}

/** GitLab's retries have the same key; older ones send none, and then the same text is the same message. */
function deliveryOf(
  headers: Record<string, string | string[] | undefined>,
  body: Uint8Array,
): string {
  const key = headers['idempotency-key'];
  return typeof key === 'string' && key !== '' && key.length <= 200
    ? key
    : createHash('sha256').update(body).digest('hex');
}

function readNews(body: Uint8Array): Omit<WebhookNews, 'delivery'> {
  let payload: unknown;
  try {
    payload = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw new InputError('The body is no JSON.');
  }
  return newsOf(payload);
}
