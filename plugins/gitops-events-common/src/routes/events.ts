import { z } from 'zod';
import { eventViewSchema, publishResultSchema } from '../event';
import { decisionExplanationSchema } from '../explanation';
import { decisionViewSchema } from '../sensor';
import { eventPublishPermission, eventReadPermission } from '../permissions';
import { route, nothing, noBody, pageOf, id, sensorName, page } from './route';

export const eventsRoutes = {
  publishEvents: route({
    method: 'POST',
    path: '/v1/events',
    summary:
      'Accept CloudEvents in binary, structured or batch mode; 202 once they are stored',
    permission: eventPublishPermission,
    params: nothing,
    query: nothing,
    body: z.unknown(),
    response: publishResultSchema,
  }),
  listEvents: route({
    method: 'GET',
    path: '/v1/events',
    summary: 'Events, newest first',
    permission: eventReadPermission,
    params: nothing,
    query: z.object({
      ...page,
      source: z.string().max(1024).optional(),
      type: z.string().max(1024).optional(),
      entityRef: z.string().max(1024).optional(),
      text: z.string().max(200).optional(),
    }),
    body: noBody,
    response: pageOf(eventViewSchema),
  }),
  getEvent: route({
    method: 'GET',
    path: '/v1/events/:id',
    summary: 'One event with its payload, secrets masked',
    permission: eventReadPermission,
    params: id,
    query: nothing,
    body: noBody,
    response: eventViewSchema.extend({
      decisions: z.array(decisionViewSchema),
    }),
  }),
  explainDecision: route({
    method: 'GET',
    path: '/v1/events/:id/decisions/:sensor',
    summary:
      'Why a sensor said what it said to an event, with the values its filters saw',
    permission: eventReadPermission,
    params: id.extend({ sensor: sensorName.shape.name }),
    query: nothing,
    body: noBody,
    response: decisionExplanationSchema,
  }),
};
