import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  Webhook,
  WebhookNews,
} from '@gitops-events/plugin-gitops-events-node';
import { routes } from '@gitops-events/plugin-gitops-events-common';
import { Router, type Request } from 'express';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import { presentTime } from '../presentTime';
import { hearWebhook } from '../store/hearWebhook';
import { bodyOfStranger } from './bodyOfStranger';
import { HttpProblem } from './problem';
import { inTransaction } from '../store/inTransaction';

/** Messages read at once, and for how long: forges send within seconds. */
const AT_ONCE = 20;
const WITHIN_MS = 10_000;
/** A stranger writes no more lines to the log than one in this time. */
const LOG_EACH_MS = 60_000;

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
  const refuse = refusal(options.logger);
  router.post(
    routes.receiveWebhook.path,
    bodyOfStranger({
      maxBytes: options.maxBytes,
      atOnce: AT_ONCE,
      withinMs: WITHIN_MS,
    }),
    (request, response, next) => {
      hear(options, request, refuse)
        .then(result => response.status(202).json({ result }))
        .catch(next);
    },
  );
  return router;
}

async function hear(
  options: WebhooksOptions,
  request: Request,
  refuse: Refuse,
): Promise<'heard' | 'heardBefore'> {
  const { knex, locations, nudges } = options;
  const { name, news } = verified(options.webhooks, request, refuse);
  const isNew = await inTransaction(knex, tx => hearWebhook(tx, name, news));
  if (!isNew) return 'heardBefore';
  if (news.changes.length > 0) nudges.send('changes');
  if (news.pushed.some(repository => holdsSensors(repository, locations))) {
    nudges.send('locations');
  }
  return 'heard';
}

function verified(
  webhooks: readonly Webhook[],
  { params, headers, body }: Request,
  refuse: Refuse,
): { name: string; news: WebhookNews } {
  const webhook = webhooks.find(({ name }) => name === params.name);
  if (!webhook) {
    throw refuse('There is no webhook of that name; its module brings it.');
  }
  try {
    const news = webhook.receive({
      headers,
      // Without a body the parser leaves an empty object.
      body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    });
    return { name: webhook.name, news };
  } catch (error) {
    const { name, message } = error as Error;
    const isStranger = ['AuthenticationError', 'NotAllowedError'].includes(
      name,
    );
    throw isStranger ? refuse(`Webhook ${webhook.name}: ${message}`) : error;
  }
}

type Refuse = (why: string) => HttpProblem;

/** One answer, whatever is wrong: a stranger learns nothing of what is here. The log says why. */
function refusal(logger: LoggerService): Refuse {
  let quietUntil = 0;
  return why => {
    if (presentTime() >= quietUntil) {
      quietUntil = presentTime() + LOG_EACH_MS;
      logger.warn(`A message to a webhook was refused. ${why}`);
    }
    return new HttpProblem({
      status: 401,
      detail:
        'It is not signed as a message to this address must be. Compare address and secret with the configuration; the log of the portal says why.',
    });
  };
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
