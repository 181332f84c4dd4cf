import { z } from 'zod';
import {
  replayDifferences,
  replayFindingSchema,
  replayRequestSchema,
  replayViewSchema,
} from '../replay';
import { replayCreatePermission, replayReadPermission } from '../permissions';
import { route, nothing, noBody, pageOf, id, page } from './route';

export const replaysRoutes = {
  createReplay: route({
    method: 'POST',
    path: '/v1/replays',
    summary:
      'Decide stored events again with a sensor, beside what goes on, and tell what would be otherwise',
    permission: replayCreatePermission,
    params: nothing,
    query: nothing,
    body: replayRequestSchema,
    response: replayViewSchema,
  }),
  listReplays: route({
    method: 'GET',
    path: '/v1/replays',
    summary: 'Replays, newest first',
    permission: replayReadPermission,
    params: nothing,
    query: z.object({ ...page, sensor: z.string().max(63).optional() }),
    body: noBody,
    response: pageOf(replayViewSchema),
  }),
  getReplay: route({
    method: 'GET',
    path: '/v1/replays/:id',
    summary: 'One replay with its progress',
    permission: replayReadPermission,
    params: id,
    query: nothing,
    body: noBody,
    response: replayViewSchema,
  }),
  listReplayFindings: route({
    method: 'GET',
    path: '/v1/replays/:id/findings',
    summary: 'Events that the replay decides otherwise, in its order',
    permission: replayReadPermission,
    params: id,
    query: z.object({
      ...page,
      difference: z.enum(replayDifferences).optional(),
    }),
    body: noBody,
    response: pageOf(replayFindingSchema),
  }),
  pauseReplay: route({
    method: 'POST',
    path: '/v1/replays/:id/pause',
    summary: 'Let a replay stand still; it keeps its place',
    permission: replayCreatePermission,
    params: id,
    query: nothing,
    body: z.object({ comment: z.string().max(2000).optional() }),
    response: replayViewSchema,
  }),
  resumeReplay: route({
    method: 'POST',
    path: '/v1/replays/:id/resume',
    summary: 'Let a replay go on where it stopped',
    permission: replayCreatePermission,
    params: id,
    query: nothing,
    body: z.object({ comment: z.string().max(2000).optional() }),
    response: replayViewSchema,
  }),
  cancelReplay: route({
    method: 'POST',
    path: '/v1/replays/:id/cancel',
    summary: 'End a replay; what it found stays',
    permission: replayCreatePermission,
    params: id,
    query: nothing,
    body: z.object({ comment: z.string().max(2000).optional() }),
    response: replayViewSchema,
  }),
};
