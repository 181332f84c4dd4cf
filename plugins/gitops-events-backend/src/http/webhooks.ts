import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Webhook } from '@gitops-events/plugin-gitops-events-node';
import express, { Router, type Request } from 'express';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import { hearWebhook } from '../store/hearWebhook';
import { HttpProblem, problemHandler } from './problem';

export interface WebhooksOptions {
  knex: Knex;
  webhooks: readonly Webhook[];
  /** Where sensors are kept. */
  locations: ReadonlyArray<{ url: string } | { folder: string }>;
  nudges: Nudges;
  maxBytes: number;
  logger: LoggerService;
}

/**
 * `POST /v1/webhooks/:name`: forges say where to look again. No principal of the
 * portal stands behind it; each message is signed, and nothing of it is
 * believed but the place. 202 once that is written down.
 */
export function webhooksRouter(options: WebhooksOptions): Router {
  const router = Router();
  router.post(
    '/v1/webhooks/:name',
    express.raw({ type: () => true, limit: options.maxBytes }),
    (request, response, next) => {
      hear(options, request)
        .then(result => response.status(202).json({ result }))
        .catch(next);
    },
  );
  router.use('/v1/webhooks', problemHandler(options.logger));
  return router;
}

async function hear(
  { knex, webhooks, locations, nudges }: WebhooksOptions,
  request: Request,
): Promise<'heard' | 'heardBefore'> {
  const webhook = webhooks.find(({ name }) => name === request.params.name);
  if (!webhook) {
    throw new HttpProblem({
      status: 404,
      detail: 'There is no such webhook here. Its module brings it.',
    });
  }
  const news = verified(webhook, request);
  const isNew = await knex.transaction(tx =>
    hearWebhook(tx, webhook.name, news),
  );
  if (!isNew) return 'heardBefore';
  if (news.changes.length > 0) nudges.send('changes');
  if (news.pushed.some(repository => holdsSensors(repository, locations))) {
    nudges.send('locations');
  }
  return 'heard';
}

function verified(webhook: Webhook, { headers, body }: Request) {
  try {
    return webhook.receive({
      headers,
      // Without a body the parser leaves an empty object.
      body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    });
  } catch (error) {
    if ((error as Error).name !== 'AuthenticationError') throw error;
    throw new HttpProblem({ status: 401, detail: (error as Error).message });
  }
}

function holdsSensors(
  repository: string,
  locations: WebhooksOptions['locations'],
): boolean {
  const prefix = `${repository.toLowerCase()}/`;
  return locations.some(
    one => 'url' in one && `${one.url.toLowerCase()}/`.startsWith(prefix),
  );
}
