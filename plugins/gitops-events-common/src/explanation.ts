import { z } from 'zod';
import { reasonSchema } from './reason';
import { decisionOutcomes } from './sensor';

/** A part of an expression and what became of it. @public */
export const explainedPartSchema = z.object({
  text: z.string(),
  /** Where it begins, in characters of the whole expression. */
  offset: z.number(),
  /** What it came to; long texts and lists are cut, secrets masked. */
  value: z.unknown().optional(),
  /** Why it came to nothing. */
  error: z.string().optional(),
  /** Another part made it needless. */
  notEvaluated: z.boolean().optional(),
});
/** @public */
export type ExplainedFilterPart = z.infer<typeof explainedPartSchema>;

/** How a dependency looked at an event. @public */
export const explainedDependencySchema = z.object({
  name: z.string(),
  type: z.string(),
  ingress: z.string().optional(),
  /** Whether type and ingress let the event through to the filter. */
  listens: z.boolean(),
  filter: z.string().optional(),
  /** The whole filter first, then its parts, in the order of the text. */
  parts: z.array(explainedPartSchema).optional(),
});
/** @public */
export type ExplainedDependencyView = z.infer<typeof explainedDependencySchema>;

/** Why a sensor said what it said to an event. @public */
export const decisionExplanationSchema = z.object({
  eventUid: z.string(),
  sensor: z.string(),
  /** The revision that was asked: the one that decided, else the one that was active then. */
  revision: z.number(),
  /** Absent where nothing is on record: not decided yet, or the sensor came later. */
  outcome: z.enum(decisionOutcomes).optional(),
  reason: reasonSchema,
  /** ISO 8601; absent where the index alone said no, which leaves no row. */
  decidedAt: z.string().optional(),
  runId: z.string().optional(),
  dependencies: z.array(explainedDependencySchema),
  /** Why the filters could not be looked into, such as that the payload is no longer kept. */
  unexplained: reasonSchema.optional(),
});
/** @public */
export type DecisionExplanation = z.infer<typeof decisionExplanationSchema>;
