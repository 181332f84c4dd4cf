import { z } from 'zod';
import { runViewSchema } from '../run';
import { timelineGroupSchema } from '../timeline';
import { eventReadPermission, runCancelPermission } from '../permissions';
import {
  route,
  nothing,
  noBody,
  pageOf,
  id,
  decisionBody,
  page,
} from './route';

export const runsRoutes = {
  listTimeline: route({
    method: 'GET',
    path: '/v1/timeline',
    summary:
      'Timelines by event, entity or change: one group an event, newest first',
    permission: eventReadPermission,
    params: nothing,
    query: z.object({
      ...page,
      event: z
        .string()
        .regex(/^[0-9a-f]{32}$/)
        .optional(),
      entityRef: z.string().max(1024).optional(),
      change: z
        .string()
        .regex(/^[0-9a-f]{8,64}$/)
        .optional(),
      text: z.string().max(200).optional(),
      source: z.string().max(1024).optional(),
      state: z.enum(['open', 'settled', 'held', 'failed']).optional(),
      /** ISO 8601; only events accepted at or after it. */
      since: z.iso.datetime().optional(),
    }),
    body: noBody,
    response: pageOf(timelineGroupSchema),
  }),
  getRun: route({
    method: 'GET',
    path: '/v1/runs/:id',
    summary: 'One run',
    permission: eventReadPermission,
    params: id,
    query: nothing,
    body: noBody,
    response: runViewSchema,
  }),
  cancelRun: route({
    method: 'POST',
    path: '/v1/runs/:id/cancel',
    summary: 'Cancel a run while nothing of it is merged',
    permission: runCancelPermission,
    params: id,
    query: nothing,
    body: decisionBody,
    response: runViewSchema,
  }),
};
