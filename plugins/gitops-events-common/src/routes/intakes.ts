import { z } from 'zod';
import { intakeViewSchema } from '../intake';
import { stopUpdatePermission } from '../permissions';
import { route, nothing } from './route';

export const intakesRoutes = {
  letIntakeGoOn: route({
    method: 'POST',
    path: '/v1/intakes/:partition/go-on',
    summary:
      'Let a partition of the bus go on after a loss, from the oldest record that is there or the newest',
    permission: stopUpdatePermission,
    params: z.object({ partition: z.string().min(1).max(300) }),
    query: nothing,
    body: z.object({
      /** The version the person saw; another one answers 409. */
      version: z.number().int(),
      from: z.enum(['oldest', 'newest']),
      comment: z.string().trim().min(1).max(2000),
    }),
    response: intakeViewSchema,
  }),
  letIntakeGo: route({
    method: 'POST',
    path: '/v1/intakes/:partition/let-go',
    summary:
      'Forget a partition that the configuration no longer names, with the events that are left in it',
    permission: stopUpdatePermission,
    params: z.object({ partition: z.string().min(1).max(300) }),
    query: nothing,
    body: z.object({
      /** The version the person saw; another one answers 409. */
      version: z.number().int(),
      comment: z.string().trim().min(1).max(2000),
    }),
    response: z.object({ partition: z.string() }),
  }),
};
