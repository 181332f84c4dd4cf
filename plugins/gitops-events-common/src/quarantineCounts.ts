import { z } from 'zod';

/** How much waits for a person, of what the reader may see. @public */
export const quarantineCountsSchema = z.object({
  /** Runs. */
  held: z.number().int(),
  /** Messages of event sources; absent for those who may not see them. */
  refusedMessages: z.number().int().optional(),
});
/** @public */
export type QuarantineCounts = z.infer<typeof quarantineCountsSchema>;
