import { z } from 'zod';
import type { Permission } from '@backstage/plugin-permission-common';
import { eventViewSchema, publishResultSchema } from './event';
import { decisionExplanationSchema } from './explanation';
import { heldViewSchema, runViewSchema } from './run';
import { changeDiffSchema, changeViewSchema } from './change';
import {
  decisionOutcomes,
  decisionViewSchema,
  sensorDetailSchema,
  sensorRevisionDetailSchema,
  sensorViewSchema,
} from './sensor';
import { sensorActivitySchema } from './sensorActivity';
import { sensorTestResultSchema, sensorTestSchema } from './rehearsal';
import {
  replayDifferences,
  replayFindingSchema,
  replayRequestSchema,
  replayViewSchema,
} from './replay';
import { timelineGroupSchema } from './timeline';
import { overviewSchema } from './overview';
import {
  changeApprovePermission,
  changeMergePermission,
  changeReadPermission,
  eventPublishPermission,
  eventReadPermission,
  quarantineReadPermission,
  quarantineReviewPermission,
  replayCreatePermission,
  replayReadPermission,
  runCancelPermission,
  sensorReadPermission,
  sensorTestPermission,
  sensorUpdatePermission,
} from './permissions';

/**
 * The HTTP API, written once: the server mounts these, the client calls them,
 * the OpenAPI document and the authorisation test enumerate them.
 *
 * @public
 */
export interface Route<
  TParams extends z.ZodType = z.ZodType,
  TQuery extends z.ZodType = z.ZodType,
  TBody extends z.ZodType = z.ZodType,
  TResponse extends z.ZodType = z.ZodType,
> {
  method: 'GET' | 'POST';
  /** Express path below `/api/gitops-events`. */
  path: string;
  summary: string;
  permission: Permission;
  params: TParams;
  query: TQuery;
  body: TBody;
  response: TResponse;
}

function route<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType,
>(definition: Route<P, Q, B, R>): Route<P, Q, B, R> {
  return definition;
}

const nothing = z.object({});
const noBody = z.undefined();
const page = {
  /** Opaque; from `nextCursor` of the page before. */
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};
const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() });
const id = z.object({ id: z.string().regex(/^[0-9a-f]{8,64}$/) });
const sensorName = z.object({
  name: z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/),
});
const decisionBody = z.object({
  /** The version the person saw; another one answers 409. */
  version: z.number().int(),
  comment: z.string().max(2000).optional(),
});

/** @public */
export const routes = {
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
  listSensors: route({
    method: 'GET',
    path: '/v1/sensors',
    summary: 'Sensors with their state',
    permission: sensorReadPermission,
    params: nothing,
    query: z.object({ ...page, text: z.string().max(200).optional() }),
    body: noBody,
    response: pageOf(sensorViewSchema),
  }),
  getSensor: route({
    method: 'GET',
    path: '/v1/sensors/:name',
    summary: 'One sensor with its source and revisions',
    permission: sensorReadPermission,
    params: sensorName,
    query: nothing,
    body: noBody,
    response: sensorDetailSchema,
  }),
  listDecisions: route({
    method: 'GET',
    path: '/v1/sensors/:name/decisions',
    summary: 'What a sensor said to events, newest first',
    permission: sensorReadPermission,
    params: sensorName,
    query: z.object({
      ...page,
      /** `notFired`: all but those that fired. */
      outcome: z.enum([...decisionOutcomes, 'notFired']).optional(),
      /** Code of the reason, such as `filterFalse`. */
      code: z.string().max(100).optional(),
    }),
    body: noBody,
    response: pageOf(decisionViewSchema),
  }),
  getSensorActivity: route({
    method: 'GET',
    path: '/v1/sensors/:name/activity',
    summary:
      'What a sensor said lately, counted by reason, dependency and step',
    permission: sensorReadPermission,
    params: sensorName,
    query: z.object({
      hours: z.coerce.number().int().min(1).max(24).default(24),
      /** Count what this revision said alone. */
      revision: z.coerce.number().int().min(1).optional(),
    }),
    body: noBody,
    response: sensorActivitySchema,
  }),
  getSensorRevision: route({
    method: 'GET',
    path: '/v1/sensors/:name/revisions/:revision',
    summary: 'One revision of a sensor, and how it differs from another',
    permission: sensorReadPermission,
    params: sensorName.extend({
      revision: z.coerce.number().int().min(1).max(2_147_483_647),
    }),
    query: z.object({
      /** The revision to compare with. */
      against: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
    }),
    body: noBody,
    response: sensorRevisionDetailSchema,
  }),
  testSensors: route({
    method: 'POST',
    path: '/v1/sensors/test',
    summary: 'What sensors would do with events; nothing is kept or changed',
    permission: sensorTestPermission,
    params: nothing,
    query: nothing,
    body: sensorTestSchema,
    response: sensorTestResultSchema,
  }),
  pauseSensor: route({
    method: 'POST',
    path: '/v1/sensors/:name/pause',
    summary: 'Stop deciding: events are suppressed as paused',
    permission: sensorUpdatePermission,
    params: sensorName,
    query: nothing,
    body: decisionBody,
    response: sensorViewSchema,
  }),
  resumeSensor: route({
    method: 'POST',
    path: '/v1/sensors/:name/resume',
    summary: 'Decide again',
    permission: sensorUpdatePermission,
    params: sensorName,
    query: nothing,
    body: decisionBody,
    response: sensorViewSchema,
  }),
  resetBreaker: route({
    method: 'POST',
    path: '/v1/sensors/:name/breaker/reset',
    summary: 'Close the circuit breaker: runs that wait for it go on',
    permission: sensorUpdatePermission,
    params: sensorName,
    query: nothing,
    /** `version` is that of the breaker. */
    body: decisionBody,
    response: sensorViewSchema,
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
  listChanges: route({
    method: 'GET',
    path: '/v1/changes',
    summary: 'Changes, newest first',
    permission: changeReadPermission,
    params: nothing,
    query: z.object({
      ...page,
      state: z.enum(['open', 'waiting', 'ended']).optional(),
      entityRef: z.string().max(1024).optional(),
      text: z.string().max(200).optional(),
    }),
    body: noBody,
    response: pageOf(changeViewSchema),
  }),
  getChange: route({
    method: 'GET',
    path: '/v1/changes/:id',
    summary: 'One change',
    permission: changeReadPermission,
    params: id,
    query: nothing,
    body: noBody,
    response: changeViewSchema,
  }),
  getChangeDiff: route({
    method: 'GET',
    path: '/v1/changes/:id/diff',
    summary: 'What a change writes, file by file',
    permission: changeReadPermission,
    params: id,
    query: nothing,
    body: noBody,
    response: changeDiffSchema,
  }),
  approveChange: route({
    method: 'POST',
    path: '/v1/changes/:id/approve',
    summary: 'Approve the content seen',
    permission: changeApprovePermission,
    params: id,
    query: nothing,
    body: decisionBody.extend({ diffHash: z.string() }),
    response: changeViewSchema,
  }),
  mergeChange: route({
    method: 'POST',
    path: '/v1/changes/:id/merge',
    summary: 'Merge an approved change',
    permission: changeMergePermission,
    params: id,
    query: nothing,
    body: decisionBody,
    response: changeViewSchema,
  }),
  closeChange: route({
    method: 'POST',
    path: '/v1/changes/:id/close',
    summary: 'Close the pull request unmerged; its runs end discarded',
    permission: changeMergePermission,
    params: id,
    query: nothing,
    body: decisionBody,
    response: changeViewSchema,
  }),
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
  getOverview: route({
    method: 'GET',
    path: '/v1/overview',
    summary: 'The five numbers and what is behind them',
    permission: eventReadPermission,
    params: nothing,
    query: nothing,
    body: noBody,
    response: overviewSchema,
  }),
} as const;

/** @public */
export type RouteName = keyof typeof routes;
