import { z } from 'zod';
import {
  quarantineReviewPermission,
  runRevertPermission,
} from '../permissions';
import { revertPreviewSchema } from '../revertPreview';
import { runViewSchema } from '../run';
import { id, noBody, nothing, route } from './route';

const words = z.string().trim().min(1).max(2000);

export const revertsRoutes = {
  previewRevert: route({
    method: 'GET',
    path: '/v1/runs/:id/revert',
    summary: 'What taking back the changes of a run would write and hold',
    permission: runRevertPermission,
    params: id,
    query: nothing,
    body: noBody,
    response: revertPreviewSchema,
  }),
  revertRun: route({
    method: 'POST',
    path: '/v1/runs/:id/revert',
    summary: 'Take back the changes of a run; answers the run that does it',
    permission: runRevertPermission,
    params: id,
    query: nothing,
    body: z.object({
      /** Of the preview that the person saw; another one answers 409. */
      digest: z.string().max(64),
      comment: words,
      /** What to do where somebody changed it since, by the id of the conflict. */
      choices: z
        .record(z.string().max(32), z.enum(['keep', 'write']))
        .default({}),
      /** Why it had to be, where that is known; then nothing is held. */
      rootCause: words.optional(),
    }),
    response: runViewSchema,
  }),
  stateRootCause: route({
    method: 'POST',
    path: '/v1/runs/:id/root-cause',
    summary: 'State why a run was reverted, named by the run that reverts it',
    permission: quarantineReviewPermission,
    params: id,
    query: nothing,
    body: z.object({ rootCause: words }),
    response: runViewSchema,
  }),
};
