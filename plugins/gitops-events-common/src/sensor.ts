import { z } from 'zod';
import { reasonSchema } from './reason';

/** A linter's finding. Lines and columns start at 1. @public */
export const problemMarkSchema = z.object({
  rule: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  line: z.number(),
  column: z.number(),
});
/** @public */
export type ProblemMark = z.infer<typeof problemMarkSchema>;

/** @public */
export const sensorViewSchema = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string().optional(),
  owner: z.string(),
  mode: z.enum(['observe', 'propose', 'auto']),
  paused: z.boolean(),
  /** The active revision; absent when no revision was ever valid. */
  revision: z.number().optional(),
  /** Where it was read from. */
  location: z.string(),
  /** Marks of the newest text, when that was refused and an older revision stays active. */
  problems: z.array(problemMarkSchema),
  /** What it listens to, in words. */
  dependencies: z.array(
    z.object({
      name: z.string(),
      ingress: z.string().optional(),
      type: z.string(),
      filter: z.string().optional(),
    }),
  ),
  steps: z.array(z.object({ id: z.string(), action: z.string() })),
  counts: z.object({
    fired: z.number(),
    notMatched: z.number(),
    suppressed: z.number(),
    held: z.number(),
  }),
  updatedAt: z.string(),
  version: z.number(),
});
/** @public */
export type SensorView = z.infer<typeof sensorViewSchema>;

/** @public */
export const sensorDetailSchema = sensorViewSchema.extend({
  /** YAML of the active revision, else of the refused one. */
  yaml: z.string(),
  revisions: z.array(
    z.object({
      revision: z.number(),
      createdAt: z.string(),
      digest: z.string(),
    }),
  ),
});
/** @public */
export type SensorDetail = z.infer<typeof sensorDetailSchema>;

/** What a sensor said to an event. @public */
export const decisionOutcomes = [
  'fired',
  'notMatched',
  'suppressed',
  'held',
] as const;
/** @public */
export const decisionViewSchema = z.object({
  eventUid: z.string(),
  eventType: z.string(),
  eventSource: z.string(),
  eventSubject: z.string().optional(),
  sensor: z.string(),
  revision: z.number(),
  outcome: z.enum(decisionOutcomes),
  reason: reasonSchema,
  runId: z.string().optional(),
  decidedAt: z.string(),
});
/** @public */
export type DecisionView = z.infer<typeof decisionViewSchema>;
