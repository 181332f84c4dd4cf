import { z } from 'zod';
import { fileDiffSchema, verdictSchema } from './change';
import { explainedDependencySchema } from './explanation';
import { reasonSchema } from './reason';
import { targetSchema } from './run';
import { decisionOutcomes, problemMarkSchema } from './sensor';

/** What a `git:change` would write, and what the checks say to it. @public */
export const rehearsedChangeSchema = z.object({
  repository: z.string(),
  base: z.string(),
  files: z.array(
    z.object({
      path: z.string(),
      /** After the change; absent when it is deleted, no text, or too long to show. */
      content: z.string().optional(),
    }),
  ),
  diff: z.array(fileDiffSchema),
  verdicts: z.array(verdictSchema),
  mergesItself: z.boolean(),
  /** Each reason why it does not merge itself. */
  whyNot: z.array(z.string()),
  /** What it would wait for, as its page would say; absent when it merges at once. */
  waitsFor: z.string().optional(),
});
/** @public */
export type RehearsedChange = z.infer<typeof rehearsedChangeSchema>;

/** What a step would do. @public */
export const rehearsedStepSchema = z.object({
  id: z.string(),
  action: z.string(),
  /** Why it would not be taken; the next one is. */
  skipped: reasonSchema.optional(),
  /** Resolved, with its defaults. */
  input: z.unknown().optional(),
  /** Why it would be held here; the steps behind it are not reached. */
  held: reasonSchema.optional(),
  change: rehearsedChangeSchema.optional(),
});
/** @public */
export type RehearsedStep = z.infer<typeof rehearsedStepSchema>;

/** A run that nobody made, and what it would do. @public */
export const rehearsedRunSchema = z.object({
  title: z.string(),
  mode: z.enum(['observe', 'propose', 'auto']),
  entityRef: z.string().optional(),
  target: targetSchema.optional(),
  params: z.record(z.string(), z.unknown()),
  context: z.record(z.string(), z.string()).optional(),
  /** Why it would not begin at once, and until when: its hours, a freeze, its limit. */
  waits: reasonSchema.optional(),
  /** Why it would be held before it begins: it came outside of its hours. The steps are what a release goes on with. */
  held: reasonSchema.optional(),
  steps: z.array(rehearsedStepSchema),
});
/** @public */
export type RehearsedRun = z.infer<typeof rehearsedRunSchema>;

/** What a sensor says to an event, and what the run would do. @public */
export const rehearsedDecisionSchema = z.object({
  /** Place in the list of events; the first is 0. */
  event: z.number(),
  eventUid: z.string(),
  sensor: z.string(),
  outcome: z.enum(decisionOutcomes),
  reason: reasonSchema,
  /** What its filters came to; of the first 10 decisions. */
  dependencies: explainedDependencySchema.array().optional(),
  run: rehearsedRunSchema.optional(),
});
/** @public */
export type RehearsedDecision = z.infer<typeof rehearsedDecisionSchema>;

/** The most events of one test. @public */
export const maxTestedEvents = 100;

/** What to test: sensors as text or by name, with events as they would be sent, or stored ones. @public */
export const sensorTestSchema = z
  .object({
    /** Sensors as they stand in a file. */
    yaml: z
      .string()
      .max(256 * 1024)
      .optional(),
    /** Name of a loaded sensor. */
    sensor: z.string().max(63).optional(),
    /** Events that nobody sent. */
    events: z
      .array(
        z.object({
          /** In the CloudEvents JSON format; `id`, `source` and `specversion` may be left out. */
          event: z.record(z.string(), z.unknown()),
          /** By default the one that takes its source and type. */
          ingress: z.string().max(63).optional(),
          /** By default a second after the event before. */
          acceptedAt: z.iso.datetime().optional(),
        }),
      )
      .max(maxTestedEvents)
      .default([]),
    /** Stored events, before the others, as of when they were accepted. */
    uids: z
      .array(z.string().regex(/^[0-9a-f]{32}$/))
      .max(maxTestedEvents)
      .default([]),
    /**
     * When the first event is accepted; those behind it keep their distance. By
     * default stored events were accepted when they were, others are now.
     */
    at: z.iso.datetime({ offset: true }).optional(),
  })
  .refine(
    ({ yaml, sensor }) => (yaml === undefined) !== (sensor === undefined),
    { message: 'Give either `yaml` or the name of a loaded `sensor`.' },
  )
  .refine(
    ({ events, uids }) => {
      const count = events.length + uids.length;
      return count > 0 && count <= maxTestedEvents;
    },
    {
      message: `Give 1 to ${maxTestedEvents} events, in \`events\` or by \`uids\`.`,
    },
  );

/** @public */
export const sensorTestResultSchema = z.object({
  /** Warnings of the linter, where the sensors came as text. */
  problems: z.array(problemMarkSchema),
  /** By event, then by sensor. */
  decisions: z.array(rehearsedDecisionSchema),
});
/** @public */
export type SensorTestResult = z.infer<typeof sensorTestResultSchema>;
