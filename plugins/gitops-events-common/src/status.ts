import { z } from 'zod';

/**
 * A state as it is shown everywhere: icon and colour follow `tone`, `word` is
 * the short name, `sentence` the whole story in one line.
 *
 * @public
 */
export const statusSchema = z.object({
  tone: z.enum(['success', 'info', 'warning', 'error', 'neutral']),
  word: z.string(),
  sentence: z.string(),
});

/** @public */
export type Status = z.infer<typeof statusSchema>;
