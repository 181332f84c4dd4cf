import { z } from 'zod';

/**
 * That a person takes back what a run changed. It is told of both runs: of the
 * one taken back, and of the one that does it.
 *
 * @public
 */
export const revertViewSchema = z.object({
  /** The run that takes back. */
  runId: z.string(),
  /** The run that is taken back. */
  ofRunId: z.string(),
  /** Whether it is done; until then it is under way. */
  done: z.boolean(),
  /** Entity reference of the person. */
  by: z.string(),
  at: z.string(),
  comment: z.string(),
  /** Why it had to be; until somebody states it, later values stay held. */
  rootCause: z
    .object({ text: z.string(), by: z.string(), at: z.string() })
    .optional(),
});
/** @public */
export type RevertView = z.infer<typeof revertViewSchema>;
