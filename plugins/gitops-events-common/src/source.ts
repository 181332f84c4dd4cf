import { z } from 'zod';

const told = z.object({
  /** For a person: what is wrong, and what to do where somebody can. */
  message: z.string(),
  /** ISO 8601, UTC. */
  since: z.string(),
});

/** An event source that is pulled, and how far it was read. @public */
export const sourceViewSchema = z.object({
  name: z.string(),
  /** Such as `kafka`. */
  kind: z.string(),
  /** The ingress that it feeds. */
  ingress: z.string(),
  /**
   * `waiting`: something keeps it from going on for now, see `trouble`.
   * `stopped`: a partition waits for a person, the others go on.
   */
  state: z.enum(['reading', 'waiting', 'stopped']),
  /** Why not all of it can be read, as the replica that answers was told. */
  trouble: z.string().optional(),
  /** Messages that wait for a person; absent for those who may not see them. */
  refused: z.number().optional(),
  /** That they take in the database; absent as `refused` is, and from an older replica. */
  refusedBytes: z.number().optional(),
  partitions: z.array(
    z.object({
      partition: z.string(),
      version: z.number().int(),
      /** What is read next, in the words of the source. */
      position: z.string(),
      /** About how many messages lie beyond it; absent while the other side does not say. */
      behind: z.number().optional(),
      /** When messages were taken in last, ISO 8601, UTC. */
      lastMessageAt: z.string().optional(),
      /** What keeps its reader from going on. It is tried on by itself. */
      trouble: told.optional(),
      /** Something is lost: it stands still until a person says from where to go on. */
      stopped: told.optional(),
      /** The configuration no longer names it: it is not read, and has no say in `state`. */
      retired: z
        .object({
          /** What becomes of it, or what to do; for a person. */
          message: z.string(),
        })
        .optional(),
    }),
  ),
});
/** @public */
export type SourceView = z.infer<typeof sourceViewSchema>;

/** A message of a source that is no event its ingress takes; it waits for a person. @public */
export const refusedMessageViewSchema = z.object({
  number: z.number().int(),
  source: z.string(),
  /** Where it lies: `orders/0/17`. */
  place: z.string(),
  topic: z.string(),
  /** What to mend. */
  reason: z.string(),
  /** When it was refused, ISO 8601, UTC. */
  at: z.string(),
  /** As the message has it. */
  sentAt: z.string().optional(),
  /** What it begins with, as all that follows without what looks like a secret. */
  key: z.string().optional(),
  /** Some of them where they are long. */
  headers: z.record(z.string(), z.string()),
  /** What its content begins with; absent where it has none. */
  excerpt: z.string().optional(),
  /** Of its content; absent where it has none. */
  bytes: z.number().optional(),
  /** Whether its page shows more of key, headers or content. */
  isCut: z.boolean().optional(),
});
/** @public */
export type RefusedMessageView = z.infer<typeof refusedMessageViewSchema>;

/** A refused message with all of its key and headers. @public */
export const refusedMessageDetailSchema = refusedMessageViewSchema.extend({
  /** All of it that may be shown: JSON as such, else text. */
  content: z.string().optional(),
  /** What of key, headers and content is left out, in sentences for a person; absent where all of it is there. */
  leftOut: z.array(z.string()).optional(),
});
/** @public */
export type RefusedMessageDetail = z.infer<typeof refusedMessageDetailSchema>;
