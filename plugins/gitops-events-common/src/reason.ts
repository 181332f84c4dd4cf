import { z } from 'zod';

/**
 * Why something is as it is, for a person: `code` is stable and made for
 * filters and tests, `message` is a plain sentence that says what to do next.
 *
 * @public
 */
export const reasonSchema = z.object({
  code: z.string(),
  message: z.string(),
  detail: z.record(z.string(), z.unknown()).optional(),
});

/** @public */
export type Reason = z.infer<typeof reasonSchema>;
