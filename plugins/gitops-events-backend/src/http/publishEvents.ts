import type {
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import {
  routes,
  type Problem,
  type PublishResult,
} from '@gitops-events/plugin-gitops-events-common';
import express, {
  Router,
  type ErrorRequestHandler,
  type Request,
} from 'express';
import type { Limits } from '../config';
import type { Acceptance, Acceptor } from '../pipeline/accept';
import { IngressLimited } from '../pipeline/ingressLimits';
import { principalOf } from '../pipeline/principal';
import { Rates } from '../pipeline/rates';
import type { Refusal } from '../sources/envelope';
import { eventsOfRequest, type ReceivedItem } from '../sources/cloudEventsHttp';
import { HttpProblem } from './problem';

export interface PublishEventsOptions {
  acceptor: Pick<Acceptor, 'accept'>;
  authenticate(request: Request): Promise<BackstageCredentials>;
  limits: Pick<Limits, 'requestBytes' | 'batchEvents' | 'eventsPerMinute'>;
  durability: PublishResult['durability'];
  /** Notes in the audit log that somebody sent what no ingress grants. What was stored needs no note. */
  auditRefusal(request: Request, error: Error): Promise<void>;
  logger: LoggerService;
}

/**
 * `POST /v1/events`: accepts CloudEvents and answers 202 once they are stored.
 * Mount it before any parser of bodies: payloads are kept as the bytes received.
 *
 * Where some events of a batch are bad, the good ones are stored, and the
 * answer is a problem with `errors` for the bad and `accepted` for the good.
 */
export function publishEventsRouter(options: PublishEventsOptions): Router {
  const { limits } = options;
  const router = Router();
  const { path } = routes.publishEvents;
  const rates = new Rates(limits.eventsPerMinute);
  router.post(
    path,
    (request, _, next) => {
      mayNow(options, rates, request).then(() => next(), next);
    },
    express.raw({ type: () => true, limit: limits.requestBytes }),
    (request, response, next) => {
      publish(options, rates, request)
        .then(result => response.status(202).json(result))
        .catch(next);
    },
  );
  router.use(path, explain(options));
  return router;
}

/** Before the body is read: who is not known, or sent too much, costs us none. */
async function mayNow(
  { authenticate, limits }: PublishEventsOptions,
  rates: Rates,
  request: Request,
): Promise<void> {
  const waitMs = rates.waitMs(principalOf(await authenticate(request)));
  if (waitMs === 0) return;
  const seconds = Math.ceil(waitMs / 1_000);
  throw new HttpProblem({
    status: 429,
    detail: `You sent more than ${limits.eventsPerMinute} events a minute (gitopsEvents.limits.eventsPerMinute). Nothing of this request was stored; send it again in ${seconds} s.`,
    headers: { 'retry-after': `${seconds}` },
  });
}

async function publish(
  options: PublishEventsOptions,
  rates: Rates,
  request: Request,
): Promise<PublishResult> {
  const { acceptor, authenticate, limits, durability } = options;
  const credentials = await authenticate(request);
  const items = eventsOfRequest({
    rawHeaders: request.rawHeaders,
    contentType: request.headers['content-type'],
    // Without a body the parser leaves an empty object.
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    batchEvents: limits.batchEvents,
  });
  rates.take(principalOf(credentials), items.length);
  const readable = items.flatMap(item => ('event' in item ? item.event : []));
  const acceptances = await acceptor.accept({ events: readable, credentials });
  const { accepted, refused } = answersTo(items, acceptances);
  if (refused.length === 0) return { events: accepted, durability };
  const problem = refusalProblem(refused, accepted);
  if (refused.some(({ status }) => status === 403)) {
    await options.auditRefusal(request, problem);
  }
  throw problem;
}

function answersTo(
  items: ReceivedItem[],
  acceptances: Acceptance[],
): {
  accepted: PublishResult['events'];
  refused: Array<Refusal & { pointer: string }>;
} {
  const accepted: PublishResult['events'] = [];
  const refused: Array<Refusal & { pointer: string }> = [];
  let next = 0;
  for (const item of items) {
    const acceptance = 'event' in item ? acceptances[next++] : undefined;
    if (acceptance && acceptance.result !== 'refused') {
      const { id, source, uid, result } = acceptance;
      accepted.push({ id, source, uid, result });
    } else {
      const refusals =
        'refusals' in item ? item.refusals : [acceptance!.refusal];
      refused.push(
        ...refusals.map(refusal => ({
          ...refusal,
          pointer: item.place(refusal.attribute),
        })),
      );
    }
  }
  return { accepted, refused };
}

function refusalProblem(
  refused: Array<Refusal & { pointer: string }>,
  accepted: PublishResult['events'],
): HttpProblem {
  const statuses = new Set(refused.map(({ status }) => status));
  const mixed = accepted.length > 0 || statuses.size > 1;
  const errors: Problem['errors'] = refused.map(({ pointer, detail }) => ({
    pointer,
    detail,
  }));
  return new HttpProblem({
    status: mixed ? 422 : refused[0].status,
    detail: detailOf(refused, accepted.length),
    errors,
    ...(accepted.length > 0 && { accepted }),
  });
}

function detailOf(refused: Refusal[], accepted: number): string {
  if (accepted > 0) {
    return `${accepted} events were stored; mend what "errors" points at and send those again.`;
  }
  return refused.length === 1
    ? refused[0].detail
    : 'Nothing was stored; mend what "errors" points at.';
}

function limited({ limit, message, waitMs }: IngressLimited): HttpProblem {
  const seconds = Math.ceil(waitMs / 1_000);
  return new HttpProblem({
    status: limit === 'rate' ? 429 : 503,
    detail: `${message} Nothing of this request was stored; send it again in ${seconds} s.`,
    headers: { 'retry-after': `${seconds}` },
  });
}

/** Says what a body parser refused, and when to come again. */
function explain({
  limits,
  logger,
}: PublishEventsOptions): ErrorRequestHandler {
  return (error, _request, _response, next) => {
    if (error?.type === 'entity.too.large') {
      next(
        new HttpProblem({
          status: 413,
          detail: `The request is larger than ${limits.requestBytes} bytes (gitopsEvents.limits.requestBytes). Send smaller batches.`,
        }),
      );
    } else if (error instanceof IngressLimited) {
      next(limited(error));
    } else if (error?.name === 'ServiceUnavailableError') {
      logger.error('Events could not be stored', error);
      next(
        new HttpProblem({
          status: 503,
          detail:
            'The events could not be stored now. Send them again in a moment; what was stored already is not stored twice.',
          headers: { 'retry-after': '1' },
        }),
      );
    } else {
      next(error);
    }
  };
}
