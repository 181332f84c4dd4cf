import { z } from 'zod';
import { fileDiffSchema } from './change';
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
export const breakerStates = ['closed', 'open', 'halfOpen'] as const;

/** The circuit breaker of a sensor; of several, the one that opened first. @public */
export const breakerViewSchema = z.object({
  state: z.enum(breakerStates),
  openedAt: z.string().optional(),
  /** When it is tried again; of a half-open one, how long its run is waited for. */
  until: z.string().optional(),
  /** Those that opened it, or what a closed one has counted. */
  failures: z.number(),
  /** What the last failure said. */
  reason: reasonSchema.optional(),
  /** Targets or entities whose breaker is not closed; the first 20. */
  scopes: z.array(z.string()),
  /** Send it back to reset them all. */
  version: z.number(),
});
/** @public */
export type BreakerView = z.infer<typeof breakerViewSchema>;

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
  /** In mode observe: of its runs whose time is over, those that base agreed with. Absent when there are none. */
  agreement: z.object({ agreed: z.number(), of: z.number() }).optional(),
  counts: z.object({
    fired: z.number(),
    notMatched: z.number(),
    suppressed: z.number(),
    held: z.number(),
  }),
  /** Absent where the sensor has none. */
  breaker: breakerViewSchema.optional(),
  updatedAt: z.string(),
  version: z.number(),
});
/** @public */
export type SensorView = z.infer<typeof sensorViewSchema>;

/** @public */
export const sensorRevisionSchema = z.object({
  revision: z.number(),
  createdAt: z.string(),
  digest: z.string(),
});
/** @public */
export type SensorRevision = z.infer<typeof sensorRevisionSchema>;

/** @public */
export const sensorDetailSchema = sensorViewSchema.extend({
  /** YAML of the active revision, else of the refused one. */
  yaml: z.string(),
  /** The newest text where it was refused while an older revision stays active; `problems` are its. */
  refusedYaml: z.string().optional(),
  /** Names of dependencies joined by operators, also where the sensor leaves that to the default; absent: one is enough. */
  condition: z.string().optional(),
  /** What bounds it, one sentence each. */
  bounds: z.array(z.string()),
  /** What each of `steps` does, a sentence each. */
  does: z.array(z.string()),
  /** Keys that it remembers for windows, `dedupe` and `rateLimit`, and how many it may; what needs more is held. */
  memory: z.object({ keys: z.number(), limit: z.number() }),
  /** Events of the ingresses that it listens to, accepted and not decided yet. */
  lag: z.number(),
  revisions: z.array(sensorRevisionSchema),
});
/** @public */
export type SensorDetail = z.infer<typeof sensorDetailSchema>;

/** A text that was active once, and how it differs from another. @public */
export const sensorRevisionDetailSchema = sensorRevisionSchema.extend({
  yaml: z.string(),
  /** Absent where the texts are the same, or nothing to compare with was named. */
  diff: fileDiffSchema.optional(),
});
/** @public */
export type SensorRevisionDetail = z.infer<typeof sensorRevisionDetailSchema>;

/** What a sensor said to an event. @public */
export const decisionOutcomes = [
  'fired',
  'notMatched',
  'suppressed',
  'held',
  'waiting',
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
