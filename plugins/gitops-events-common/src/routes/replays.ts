import { z } from 'zod';
import {
  replayDifferences,
  replayFindingSchema,
  replayRequestSchema,
  replayViewSchema,
} from '../replay';
import {
  replayCreatePermission,
  replayReadPermission,
  replayRunPermission,
} from '../permissions';
import { redirectChoiceSchema } from '../replay';
import { runViewSchema } from '../run';
import { route, nothing, noBody, pageOf, sensorName, id, page } from './route';

export const replaysRoutes = {
  getRedirectChoice: route({
    method: 'GET',
    path: '/v1/sensors/:name/redirect',
    summary: 'Where a replay of a sensor may land instead',
    permission: replayRunPermission,
    params: sensorName,
    query: nothing,
    body: noBody,
    response: redirectChoiceSchema,
  }),
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
  listReplayRuns: route({
    method: 'GET',
    path: '/v1/replays/:id/runs',
    summary: 'Runs that a replay made, in its order',
    permission: replayReadPermission,
    params: id,
    query: z.object(page),
    body: noBody,
    response: pageOf(runViewSchema),
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
