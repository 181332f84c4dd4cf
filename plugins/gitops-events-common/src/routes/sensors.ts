import { z } from 'zod';
import {
  decisionOutcomes,
  decisionViewSchema,
  sensorDetailSchema,
  sensorRevisionDetailSchema,
  sensorViewSchema,
} from '../sensor';
import { installationSchema } from '../installation';
import { sensorActivitySchema } from '../sensorActivity';
import { sensorTestResultSchema, sensorTestSchema } from '../rehearsal';
import {
  sensorReadPermission,
  sensorTestPermission,
  sensorUpdatePermission,
} from '../permissions';
import {
  route,
  nothing,
  noBody,
  pageOf,
  sensorName,
  decisionBody,
  page,
} from './route';

export const sensorsRoutes = {
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
  describeInstallation: route({
    method: 'GET',
    path: '/v1/installation',
    summary: 'What sensors may use here: actions, secrets by name, boundaries',
    permission: sensorTestPermission,
    params: nothing,
    query: nothing,
    body: noBody,
    response: installationSchema,
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
};
