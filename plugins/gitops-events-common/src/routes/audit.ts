import { z } from 'zod';
import { auditViewSchema, chainRowSchema } from '../audit';
import { auditReadPermission } from '../permissions';
import { route, nothing, noBody } from './route';

export const auditRoutes = {
  getAudit: route({
    method: 'GET',
    path: '/v1/audit',
    summary: 'How far the chain of digests goes, and its last anchor',
    permission: auditReadPermission,
    params: nothing,
    query: nothing,
    body: noBody,
    response: auditViewSchema,
  }),
  listChain: route({
    method: 'GET',
    path: '/v1/audit/chain',
    summary: 'Rows of one stream of the chain, oldest first',
    permission: auditReadPermission,
    params: nothing,
    query: z.object({
      stream: z.string().min(1).max(300),
      /** Rows behind this number. */
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(500),
    }),
    body: noBody,
    response: z.object({ items: z.array(chainRowSchema) }),
  }),
};
