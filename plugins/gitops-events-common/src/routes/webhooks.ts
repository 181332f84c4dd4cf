import { z } from 'zod';
import { route, nothing } from './route';

export const webhooksRoutes = {
  receiveWebhook: route({
    method: 'POST',
    path: '/v1/webhooks/:name',
    summary:
      'A forge says where to look again, signed with the secret of its webhook; 202 once that is written down',
    permission: undefined,
    params: z.object({ name: z.string().max(200) }),
    query: nothing,
    body: z.unknown(),
    response: z.object({ result: z.enum(['heard', 'heardBefore']) }),
  }),
};
