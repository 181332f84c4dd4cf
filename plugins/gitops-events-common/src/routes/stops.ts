import { z } from 'zod';
import { stopReadPermission, stopUpdatePermission } from '../permissions';
import { stopScopeSchema, stopViewSchema } from '../stop';
import { route, nothing, noBody, pageOf, id, page } from './route';

export const stopsRoutes = {
  listStops: route({
    method: 'GET',
    path: '/v1/stops',
    summary: 'Stops in force, newest first; or those that were lifted',
    permission: stopReadPermission,
    params: nothing,
    query: z.object({ ...page, lifted: z.enum(['true', 'false']).optional() }),
    body: noBody,
    response: pageOf(stopViewSchema),
  }),
  setStop: route({
    method: 'POST',
    path: '/v1/stops',
    summary: 'Stop writing at once; events keep arriving and wait',
    permission: stopUpdatePermission,
    params: nothing,
    query: nothing,
    body: z.object({
      scope: stopScopeSchema,
      /** Shown to everybody whose work waits. */
      reason: z.string().trim().min(1).max(2000),
    }),
    response: stopViewSchema,
  }),
  liftStop: route({
    method: 'POST',
    path: '/v1/stops/:id/lift',
    summary: 'Let what waits go on, in order',
    permission: stopUpdatePermission,
    params: id,
    query: nothing,
    body: z.object({
      /** The version the person saw; another one answers 409. */
      version: z.number().int(),
      comment: z.string().trim().min(1).max(2000),
    }),
    response: stopViewSchema,
  }),
};
