import { z } from 'zod';
import { changeDiffSchema, changeViewSchema } from '../change';
import {
  changeApprovePermission,
  changeMergePermission,
  changeReadPermission,
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

export const changesRoutes = {
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
};
