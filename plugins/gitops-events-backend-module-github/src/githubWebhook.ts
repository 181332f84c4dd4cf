import { createHmac, timingSafeEqual } from 'node:crypto';
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

/** What GitHub sends, signed over the bytes of the body with the secret of the webhook. */
export function githubWebhook(secret: string | undefined): Webhook {
  return {
    name: 'github',
    receive({ headers, body }) {
      if (!secret) {
        throw new NotAllowedError(
          'No secret is configured. Set gitopsEvents.github.webhookSecret to that of the webhook.',
        );
      }
      if (!isSigned(headers['x-hub-signature-256'], body, secret)) {
        throw new AuthenticationError(
          'The signature in x-hub-signature-256 is missing or is not of this body and secret. Give the webhook the secret of gitopsEvents.github.webhookSecret.',
        );
      }
      const event = text(headers['x-github-event']);
      const delivery = text(headers['x-github-delivery']);
      if (!event || !delivery || delivery.length > 200) {
        throw new InputError(
          'The headers x-github-event and x-github-delivery say what it is.',
        );
      }
      return { delivery, ...readNews(event, body) };
    },
  };
}

function isSigned(
  signature: string | string[] | undefined,
  body: Uint8Array,
  secret: string,
): boolean {
  const expected = createHmac('sha256', secret).update(body).digest('hex');
  const given = Buffer.from(text(signature) ?? '');
  const wanted = Buffer.from(`sha256=${expected}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function readNews(
  event: string,
  body: Uint8Array,
): Omit<WebhookNews, 'delivery'> {
  let payload: unknown;
  try {
    payload = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw new InputError(
      'The body is no JSON. Set the content type of the webhook to application/json.',
    );
  }
  return newsOf(event, payload);
}

function text(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
