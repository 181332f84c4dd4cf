import { z } from 'zod';
import { publishedEventSchema } from './event';

/**
 * An error answer as RFC 9457 has it, media type `application/problem+json`.
 * `detail` says what to mend; `errors` points at each bad place.
 *
 * @public
 */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  instance: z.string().optional(),
  errors: z
    .array(
      z.object({
        /** JSON pointer into the request, or a header name; for a batch it starts with the index: `/3/source`. */
        pointer: z.string(),
        detail: z.string(),
      }),
    )
    .optional(),
  /** Events of the same batch that were stored all the same. */
  accepted: z.array(publishedEventSchema).optional(),
});
/** @public */
export type Problem = z.infer<typeof problemSchema>;
