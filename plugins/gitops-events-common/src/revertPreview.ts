import { z } from 'zod';
import { fileDiffSchema, verdictSchema } from './change';

/** What somebody changed since the run did; a person says what becomes of it. @public */
export const revertConflictSchema = z.object({
  id: z.string(),
  file: z.string(),
  /** Of a value; absent where it is about the whole file. */
  path: z.string().optional(),
  /** What was there before the run, what it wrote, and what is there now, as text; absent: nothing. */
  before: z.string().optional(),
  after: z.string().optional(),
  now: z.string().optional(),
  /** What writing the old value there would change; absent where it cannot be written. */
  write: fileDiffSchema.optional(),
});
/** @public */
export type RevertConflict = z.infer<typeof revertConflictSchema>;

/** What a revert would do. @public */
export const revertPreviewSchema = z.object({
  runId: z.string(),
  title: z.string(),
  /** Stands for what is shown here; a revert names it, and is refused once it shows something else. */
  digest: z.string(),
  /** Whether the run is still under way, and would be cancelled. */
  cancels: z.boolean(),
  /** One for each step that changed Git, in the order they are taken back: the last one first. */
  changes: z.array(
    z.object({
      repository: z.string(),
      base: z.string(),
      /** Without what somebody changed since. Empty: it is as it was. */
      files: z.array(fileDiffSchema),
      conflicts: z.array(revertConflictSchema),
      verdicts: z.array(verdictSchema),
      /** Whether it merges itself; else people have to approve or merge it. */
      mergesItself: z.boolean(),
      approvalsNeeded: z.number(),
      /** Why it would be held, in a sentence. */
      refused: z.string().optional(),
    }),
  ),
  /** Runs that have not changed anything yet and would be held. */
  held: z.array(z.object({ runId: z.string(), title: z.string() })),
});
/** @public */
export type RevertPreview = z.infer<typeof revertPreviewSchema>;
