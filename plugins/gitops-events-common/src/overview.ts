import { z } from 'zod';
import { brokerStateSchema, intakeViewSchema } from './intake';
import { statusSchema } from './status';

/** A configured place of sensors that cannot be read now. @public */
export const unreadableLocationSchema = z.object({
  location: z.string(),
  /** Why, and what that means, in sentences. */
  message: z.string(),
  /** ISO 8601, UTC. */
  since: z.string(),
  /** Nothing is decided before it was tried a few times more. */
  eventsWait: z.boolean(),
});
/** @public */
export type UnreadableLocation = z.infer<typeof unreadableLocationSchema>;

/** A part of the log whose next event cannot be decided; what comes after it waits. @public */
export const standstillSchema = z.object({
  partition: z.string(),
  message: z.string(),
  /** ISO 8601, UTC. */
  since: z.string(),
});
/** @public */
export type Standstill = z.infer<typeof standstillSchema>;

/** An event source that does not read all that it should. @public */
export const ailingSourceSchema = z.object({
  name: z.string(),
  status: statusSchema,
  /** When that began, ISO 8601, UTC; absent where nobody knows. */
  since: z.string().optional(),
});
/** @public */
export type AilingSource = z.infer<typeof ailingSourceSchema>;

/** Numbers of the overview. Times in milliseconds, each series one value a bucket, oldest first. @public */
export const overviewSchema = z.object({
  bucketMs: z.number(),
  eventsPerMinute: z.object({ now: z.number(), series: z.array(z.number()) }),
  firedPerMinute: z.object({ now: z.number(), series: z.array(z.number()) }),
  /** Of runs that ended applied within the last 24 h; absent when there are none. */
  appliedMs: z
    .object({ p50: z.number(), p99: z.number(), count: z.number() })
    .optional(),
  objectiveMs: z.number(),
  /** Share of those runs within the objective, 0 to 1. */
  withinObjective: z.number().optional(),
  held: z.object({ count: z.number(), oldestAt: z.string().optional() }),
  openChanges: z.number(),
  waitingForApproval: z.number(),
  /** Mean milliseconds a hop took, of the same runs. */
  hops: z.array(z.object({ hop: z.string(), ms: z.number() })),
  bus: z.object({
    kind: z.string(),
    /** Absent until a broker was asked for the first time. */
    durability: z.enum(['disk', 'replicated', 'relaxed']).optional(),
    database: z.string(),
    /** Events accepted and not decided yet. */
    lag: z.number(),
    /** As the replica saw it that answers. */
    standstills: z.array(standstillSchema),
    /** Where a broker stands before the log; as the replica sees it that answers. */
    broker: brokerStateSchema.optional(),
    /** Its partitions. */
    intakes: z.array(intakeViewSchema).optional(),
  }),
  /** Event sources that wait or are stopped, the stopped ones first; absent from an older replica. */
  ailingSources: z.array(ailingSourceSchema).optional(),
  /** Messages of event sources that wait for a person; absent for those who may not see them. */
  refusedMessages: z
    .object({ count: z.number(), oldestAt: z.string().optional() })
    .optional(),
  /** As the replica saw it that answers. */
  unreadableLocations: z.array(unreadableLocationSchema),
});
/** @public */
export type Overview = z.infer<typeof overviewSchema>;
