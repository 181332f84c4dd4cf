import { z } from 'zod';

/** A partition of a broker, and how far it was taken into the log. @public */
export const intakeViewSchema = z.object({
  partition: z.string(),
  version: z.number().int(),
  /** Acknowledged events that the log does not have yet; absent while the broker does not say. */
  behind: z.number().optional(),
  /** When the first of them is deleted, ISO 8601; said once half of its time is over. */
  expiresAt: z.string().optional(),
  /**
   * Share of what the broker keeps of it that is not read yet, said from a half on; beyond 1
   * the oldest is deleted.
   */
  filled: z.number().optional(),
  /** Records that came through it and are no events; they are kept. */
  unreadable: z.number(),
  /** The configuration no longer names it. */
  retired: z
    .object({
      /** What becomes of what is left in it, or what to do; for a person. */
      message: z.string(),
    })
    .optional(),
  /** Something is lost: it stands still until a person says from where to go on. */
  stopped: z
    .object({
      message: z.string(),
      /** ISO 8601, UTC. */
      since: z.string(),
    })
    .optional(),
});
/** @public */
export type IntakeView = z.infer<typeof intakeViewSchema>;

/** Whether a broker answers. @public */
export const brokerStateSchema = z.object({
  state: z.enum(['up', 'down']),
  /** ISO 8601, UTC. */
  since: z.string(),
  message: z.string().optional(),
});
/** @public */
export type BrokerState = z.infer<typeof brokerStateSchema>;
