import express, {
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import Router from 'express-promise-router';
import type {
  AuditorService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  routes,
  type Route,
  type RouteName,
  type Standstill,
  type UnreadableLocation,
} from '@gitops-events/plugin-gitops-events-common';
import type { Transport } from '../bus/intake/brokeredBus';
import type { GitopsEventsConfig } from '../config';
import { callerOf, type Authorizer } from '../permissions/authorizer';
import type { SourceRoom } from '../sources/pull/EventSources';
import type { ReadRoom } from '../timeline/readRoom';
import { audited } from './audit';
import { changeHandlers } from './changes';
import { chainHandlers } from './chain';
import type { Decisions } from './decisions';
import { eventHandlers } from './events';
import { explanationHandlers, type ExplanationRoom } from './explainDecision';
import type { Handler, Handlers } from './handlers';
import { installationHandlers } from './installation';
import { intakeHandlers } from './intakes';
import { overviewHandlers } from './overview';
import { HttpProblem, problemHandler } from './problem';
import { quarantineHandlers } from './quarantine';
import { replayHandlers, type ReplayRoom } from './replays';
import { revertHandlers } from './reverts';
import { runHandlers } from './runs';
import { sensorTestHandlers, type SensorTestRoom } from './testSensors';
import { sensorHandlers } from './sensors';
import { sourceHandlers } from './sources';
import { stopHandlers } from './stops';
import { timelineHandlers } from './timeline';
import { validate } from './validate';

export interface RouterOptions extends ReadRoom {
  authorizer: Authorizer;
  auditor: AuditorService;
  logger: LoggerService;
  decisions: Decisions;
  unreadableLocations(): UnreadableLocation[];
  standstills(): Standstill[];
  /** What stands before the log, if anything does. */
  transport?: Transport;
  /** Event sources that are pulled. */
  sources: SourceRoom;
  /** Tries sensors out. */
  rehearsals: SensorTestRoom['rehearsals'] & ExplanationRoom['rehearsals'];
  config: SensorTestRoom['config'] &
    Pick<GitopsEventsConfig, 'secrets'> &
    ReplayRoom['config'] &
    Pick<GitopsEventsConfig, 'limits' | 'audit'>;
  actions: SensorTestRoom['actions'];
  /** Reads the raw body; called once the caller is known and may publish at all. */
  publishEvents: RequestHandler;
  /** Reads the raw body of whoever calls, and tells by its signature who that is. */
  receiveWebhook: RequestHandler;
}

/** Bodies of decisions are a few words; these bring sensors or events. */
const large: RouteName[] = ['testSensors', 'createReplay'];
const maxBody = (name: RouteName) => (large.includes(name) ? '1mb' : '64kb');

/** Mounts every route of the table; nothing here is specific to one. */
export function createRouter(options: RouterOptions): express.Router {
  const { knex, bus, decisions, authorizer, logger } = options;
  const room = { knex, bus };
  const handlers: Handlers = {
    ...eventHandlers(room, options.transport),
    ...explanationHandlers(options),
    ...timelineHandlers(room),
    ...runHandlers(room, decisions),
    ...revertHandlers(room, decisions),
    ...sensorHandlers(room, decisions, options.config.limits),
    ...sensorTestHandlers(options),
    ...installationHandlers(options),
    ...replayHandlers(options, decisions),
    ...changeHandlers(room, decisions),
    ...quarantineHandlers(room, decisions, options.sources),
    ...stopHandlers(room, decisions),
    ...intakeHandlers(options.transport, decisions),
    ...sourceHandlers(options.sources, decisions, authorizer),
    ...chainHandlers(room, options.config),
    ...overviewHandlers(room, options),
  };

  const router = Router();
  for (const name of Object.keys(routes) as RouteName[]) {
    const { method, path } = routes[name];
    const handlersOfRoute =
      name === 'publishEvents'
        ? [mayAtAll(authorizer, name), options.publishEvents]
        : [
            name === 'receiveWebhook'
              ? options.receiveWebhook
              : answer(options, name, handlers[name] as Handler<RouteName>),
          ];
    if (method === 'GET') router.get(path, ...handlersOfRoute);
    else router.post(path, ...handlersOfRoute);
  }
  router.use('/v1', request => {
    throw new HttpProblem({
      status: 404,
      detail: `There is no ${request.method} ${request.path} here. See the OpenAPI document for what there is.`,
    });
  });
  router.use(problemHandler(logger));
  return router;
}

function answer(
  { authorizer, auditor }: RouterOptions,
  name: RouteName,
  handler: Handler<RouteName>,
): RequestHandler {
  const route: Route = routes[name];
  const read = bodyReader(name);
  return async (request, response) => {
    const respond = async () => {
      // Who may not ask costs us no body.
      const asking = await authorize(authorizer, name, request);
      await read(request, response);
      const valid = validate(route, {
        params: request.params,
        query: request.query,
        body: route.method === 'GET' ? undefined : jsonBody(request),
      });
      return handler({ ...asking, ...valid } as never);
    };
    response.json(
      route.method === 'GET'
        ? await respond()
        : await audited(auditor, name, request, respond),
    );
  };
}

/** Parses the body of a request; a GET has none. */
function bodyReader(name: RouteName) {
  if (routes[name].method === 'GET') return async () => {};
  const parse = express.json({ limit: maxBody(name) });
  return (request: Request, response: Response) =>
    new Promise<void>((resolve, reject) => {
      parse(request, response, error => (error ? reject(error) : resolve()));
    });
}

function mayAtAll(authorizer: Authorizer, name: RouteName): RequestHandler {
  return async (request, _, next) => {
    await authorize(authorizer, name, request);
    next();
  };
}

/** Who asks and what they may, as far as that can be told before the thing itself is read. */
async function authorize(
  authorizer: Authorizer,
  name: RouteName,
  request: Request,
) {
  const { method, path, permission, summary }: Route = routes[name];
  if (!permission) throw new Error(`${name} has no permission to ask for`);
  const credentials = await authorizer.authenticate(request);
  const access = await authorizer.access(credentials, permission);
  // What one may not see by its id does not exist; the handler says so.
  const isReadById = method === 'GET' && path.includes('/:');
  if (access.denied && !isReadById) {
    throw new NotAllowedError(
      `You may not do this ("${summary}"). Ask an administrator for the permission ${permission.name}.`,
    );
  }
  return { credentials, access, by: callerOf(credentials) };
}

function jsonBody(request: Request): unknown {
  if (!request.is('application/json')) {
    throw new HttpProblem({
      status: 415,
      detail: 'Send the body as JSON, with content-type application/json.',
    });
  }
  return request.body;
}
