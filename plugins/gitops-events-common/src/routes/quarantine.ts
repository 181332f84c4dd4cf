import { z } from 'zod';
import { heldViewSchema, runViewSchema } from '../run';
import { quarantineCountsSchema } from '../quarantineCounts';
import {
  quarantineReadPermission,
  quarantineReviewPermission,
} from '../permissions';
import {
  route,
  nothing,
  noBody,
  pageOf,
  id,
  decisionBody,
  page,
} from './route';

export const quarantineRoutes = {
  listHeld: route({
    method: 'GET',
    path: '/v1/quarantine',
    summary: 'What is held and why, oldest first',
    permission: quarantineReadPermission,
    params: nothing,
    query: z.object({
      ...page,
      sensor: z.string().max(63).optional(),
      code: z.string().max(100).optional(),
      owner: z.string().max(200).optional(),
    }),
    body: noBody,
    response: pageOf(heldViewSchema),
  }),
  // Before those by id, or it would be one.
  countQuarantine: route({
    method: 'GET',
    path: '/v1/quarantine/counts',
    summary: 'How much waits for a person in each part of the quarantine',
    permission: quarantineReadPermission,
    params: nothing,
    query: nothing,
    body: noBody,
    response: quarantineCountsSchema,
  }),
  getHeld: route({
    method: 'GET',
    path: '/v1/quarantine/:id',
    summary: 'One held run with its history',
    permission: quarantineReadPermission,
    params: id,
    query: nothing,
    body: noBody,
    response: heldViewSchema,
  }),
  releaseHeld: route({
    method: 'POST',
    path: '/v1/quarantine/:id/release',
    summary: 'Resume a held run at the step that stopped',
    permission: quarantineReviewPermission,
    params: id,
    query: nothing,
    body: decisionBody.extend({
      /** Needed when a newer value of the same change key exists. */
      confirmOlder: z.boolean().optional(),
    }),
    response: runViewSchema,
  }),
  discardHeld: route({
    method: 'POST',
    path: '/v1/quarantine/:id/discard',
    summary: 'End a held run as discarded',
    permission: quarantineReviewPermission,
    params: id,
    query: nothing,
    body: decisionBody,
    response: runViewSchema,
  }),
  commentHeld: route({
    method: 'POST',
    path: '/v1/quarantine/:id/comment',
    summary: 'Add a comment to a held run',
    permission: quarantineReviewPermission,
    params: id,
    query: nothing,
    body: z.object({ text: z.string().min(1).max(2000) }),
    response: heldViewSchema,
  }),
};
