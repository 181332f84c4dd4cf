import { z } from 'zod';

/** One row of the chain of digests: decisions that were made together, without payloads. @public */
export const chainRowSchema = z.object({
  stream: z.string(),
  /** From 1, without a gap, in its stream. */
  number: z.number().int(),
  /** Digest of the row before; 64 zeros before the first. */
  previous: z.string(),
  digest: z.string(),
  /** JSON, the very text that the digest is made of. */
  records: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
});
/** @public */
export type ChainRow = z.infer<typeof chainRowSchema>;

/** The text whose SHA-256, in hex, is the digest of a row. @public */
export function chainRowText(row: Omit<ChainRow, 'digest'>): string {
  const { stream, number, previous, records, at } = row;
  return JSON.stringify([stream, number, previous, records, at]);
}

/** What the first row of a stream follows. @public */
export const CHAIN_START = '0'.repeat(64);

/** Stream of the chain that tells of anchors. @public */
export const AUDIT_STREAM = 'audit';

/** The newest rows of all streams, as a commit of the audit ref holds them. @public */
export const anchorSchema = z.object({
  /** From 1, without a gap. */
  anchor: z.number().int(),
  at: z.string(),
  heads: z.record(
    z.string(),
    z.object({ number: z.number().int(), digest: z.string() }),
  ),
});
/** @public */
export type Anchor = z.infer<typeof anchorSchema>;

/** @public */
export const auditViewSchema = z.object({
  /** Where the anchors are kept. */
  repository: z.string(),
  ref: z.string(),
  /** The last one on record; absent before the first. */
  last: z
    .object({ anchor: z.number(), commit: z.string(), at: z.string() })
    .optional(),
  streams: z.array(
    z.object({ stream: z.string(), number: z.number(), digest: z.string() }),
  ),
});
/** @public */
export type AuditView = z.infer<typeof auditViewSchema>;
