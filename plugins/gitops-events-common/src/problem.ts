import { z } from 'zod';
import { publishedEventSchema } from './event';

/**
 * A newer value that a release would put an older one over. The same release
 * with `confirmOlder` does it all the same.
 *
 * @public
 */
export const newerValueSchema = z.object({
  /** Title of the run that wrote it. */
  title: z.string(),
  /** When that run asked for it; ISO 8601, UTC. */
  at: z.string(),
  /** Where the two differ; undefined where one of them says nothing. */
  values: z.array(
    z.object({
      name: z.string(),
      older: z.string().optional(),
      newer: z.string().optional(),
    }),
  ),
});
/** @public */
export type NewerValue = z.infer<typeof newerValueSchema>;

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
        /** Where it stands inside a text that was sent, such as a sensor; both start at 1. */
        line: z.number().optional(),
        column: z.number().optional(),
        /** Of the linter. */
        rule: z.string().optional(),
      }),
    )
    .optional(),
  /** Events of the same batch that were stored all the same. */
  accepted: z.array(publishedEventSchema).optional(),
  /** Why a release has to be confirmed. */
  newer: newerValueSchema.optional(),
});
/** @public */
export type Problem = z.infer<typeof problemSchema>;
