import { z } from 'zod';
import {
  eventReadPermission,
  quarantineReadPermission,
  quarantineReviewPermission,
  stopUpdatePermission,
} from '../permissions';
import {
  refusedMessageDetailSchema,
  refusedMessageViewSchema,
  sourceViewSchema,
} from '../source';
import { noBody, nothing, page, pageOf, route } from './route';

const number = z.object({ number: z.coerce.number().int().min(1) });
const decision = z.object({ comment: z.string().trim().min(1).max(2000) });
const decided = z.object({ number: z.number().int() });

export const sourcesRoutes = {
  listSources: route({
    method: 'GET',
    path: '/v1/sources',
    summary:
      'Event sources that are pulled, how far they were read, and what is wrong with them',
    permission: eventReadPermission,
    params: nothing,
    query: nothing,
    body: noBody,
    response: z.object({ items: z.array(sourceViewSchema) }),
  }),
  letSourceGoOn: route({
    method: 'POST',
    path: '/v1/sources/:source/go-on',
    summary:
      'Let a partition of an event source go on after a loss, from the oldest message that is there or the newest',
    permission: stopUpdatePermission,
    params: z.object({ source: z.string().min(1).max(63) }),
    query: nothing,
    body: decision.extend({
      partition: z.string().min(1).max(300),
      /** The version the person saw; another one answers 409. */
      version: z.number().int(),
      from: z.enum(['oldest', 'newest']),
    }),
    response: sourceViewSchema,
  }),
  listRefusedMessages: route({
    method: 'GET',
    path: '/v1/refused-messages',
    summary:
      'Messages of event sources that could not become events, and why, oldest first',
    permission: quarantineReadPermission,
    params: nothing,
    query: z.object({ ...page, source: z.string().max(63).optional() }),
    body: noBody,
    response: pageOf(refusedMessageViewSchema),
  }),
  getRefusedMessage: route({
    method: 'GET',
    path: '/v1/refused-messages/:number',
    summary: 'A message of an event source that could not become an event',
    permission: quarantineReadPermission,
    params: number,
    query: nothing,
    body: noBody,
    response: refusedMessageDetailSchema,
  }),
  retryRefusedMessage: route({
    method: 'POST',
    path: '/v1/refused-messages/:number/retry',
    summary: 'Take a refused message in, by the present configuration',
    permission: quarantineReviewPermission,
    params: number,
    query: nothing,
    body: decision,
    response: decided,
  }),
  discardRefusedMessage: route({
    method: 'POST',
    path: '/v1/refused-messages/:number/discard',
    summary: 'Give a refused message up',
    permission: quarantineReviewPermission,
    params: number,
    query: nothing,
    body: decision,
    response: decided,
  }),
};
