import { auditRoutes } from './routes/audit';
import { changesRoutes } from './routes/changes';
import { eventsRoutes } from './routes/events';
import { intakesRoutes } from './routes/intakes';
import { overviewRoutes } from './routes/overview';
import { quarantineRoutes } from './routes/quarantine';
import { replaysRoutes } from './routes/replays';
import { revertsRoutes } from './routes/reverts';
import { runsRoutes } from './routes/runs';
import { sensorsRoutes } from './routes/sensors';
import { sourcesRoutes } from './routes/sources';
import { stopsRoutes } from './routes/stops';
import { webhooksRoutes } from './routes/webhooks';

export type { Route } from './routes/route';

/**
 * The HTTP API, written once: the server mounts these, the client calls them,
 * the OpenAPI document and the authorisation test enumerate them.
 *
 * @public
 */
export const routes = {
  ...eventsRoutes,
  ...runsRoutes,
  ...revertsRoutes,
  ...sensorsRoutes,
  ...replaysRoutes,
  ...changesRoutes,
  ...quarantineRoutes,
  ...stopsRoutes,
  ...intakesRoutes,
  ...sourcesRoutes,
  ...auditRoutes,
  ...overviewRoutes,
  ...webhooksRoutes,
} as const;

/** @public */
export type RouteName = keyof typeof routes;
