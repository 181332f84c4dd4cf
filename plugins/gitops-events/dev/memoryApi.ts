import {
  routes,
  type RouteName,
} from '@gitops-events/plugin-gitops-events-common';
import type { GitopsEventsApi } from '../src/api/gitopsEventsApi';
import type { Request } from './answers';
import { createDecisionHandlers } from './decisionHandlers';
import { createReadHandlers } from './readHandlers';
import { createReplayHandlers } from './replays';
import { createRevertHandlers } from './reverts';
import { createSensorHandlers } from './sensorHandlers';
import { createBusHandlers } from './bus';
import { createSourceHandlers } from './sources';
import { createStopHandlers } from './stops';
import { createView } from './view';
import type { World } from './world';

/**
 * The API over example data in memory. Requests and answers are checked
 * against the routes' own schemas, so an example that does not conform fails
 * loudly.
 */
export function createMemoryApi(options: {
  world: World;
  now?: () => number;
  /** Told after each decision, as the backend signals it. */
  changed?: () => void;
  latencyMs?: number;
}): GitopsEventsApi {
  const { world, now = Date.now, changed = () => {}, latencyMs = 25 } = options;
  const view = createView(world, now);
  const handlers = {
    ...createReadHandlers(view),
    ...createSensorHandlers(view),
    ...createDecisionHandlers(view),
    ...createReplayHandlers(view),
    ...createStopHandlers(view),
    ...createBusHandlers(view),
    ...createRevertHandlers(view),
    ...createSourceHandlers(view),
  };
  return {
    async call(name: RouteName, request: Partial<Request> = {}) {
      await new Promise(resolve => setTimeout(resolve, latencyMs));
      const route = routes[name];
      const answer = handlers[name]!({
        params: route.params.parse(request.params ?? {}) as Request['params'],
        query: route.query.parse(request.query ?? {}) as Request['query'],
        body: route.body.parse(request.body) as Request['body'],
      });
      if (route.method === 'POST') changed();
      return route.response.parse(answer);
    },
  } as GitopsEventsApi;
}
