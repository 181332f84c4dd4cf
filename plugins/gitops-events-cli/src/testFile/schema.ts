import { decisionOutcomes } from '@gitops-events/plugin-gitops-events-common';
import {
  didYouMean,
  duration,
} from '@gitops-events/plugin-gitops-events-sensors';
import { z } from 'zod';

const stepExpectation = z.strictObject({
  /** The resolved input holds at least this. */
  input: z.unknown().optional(),
  /** Whether its `if` is false. */
  skipped: z.boolean().optional(),
  /** Code of the reason why it would be held here. */
  held: z.string().optional(),
  mergesItself: z.boolean().optional(),
  /** Part of what the change would wait for. */
  waitsFor: z.string().optional(),
  /** Exactly these files change; of each the lines taken away and added. */
  diff: z.record(z.string(), z.string()).optional(),
  /** Whole text of files after the change; null: deleted. */
  files: z.record(z.string(), z.string().nullable()).optional(),
});

const expectation = z.strictObject({
  /** Needed where the file tests several sensors. */
  sensor: z.string().optional(),
  outcome: z.enum(decisionOutcomes),
  /** Code of the reason. */
  reason: z.string().optional(),
  /** Part of the reason's sentence. */
  message: z.string().optional(),
  title: z.string().optional(),
  mode: z.string().optional(),
  entity: z.string().optional(),
  target: z.record(z.string(), z.unknown()).optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  context: z.record(z.string(), z.unknown()).optional(),
  /** Part of why its run waits before it begins; false: it begins at once. */
  waits: z.union([z.string(), z.literal(false)]).optional(),
  /** Code of why its run is held before it begins. */
  held: z.string().optional(),
  steps: z.record(z.string(), stepExpectation).optional(),
});

const besideAttributes = {
  ingress: z.string().optional(),
  /** Accepted so long after the event before; a second by default. */
  after: duration.optional(),
  /** Decided so long after it was accepted; at once by default. */
  decidedAfter: duration.optional(),
  expect: z.union([expectation, z.array(expectation)]).optional(),
};
const ownKeys = Object.keys(besideAttributes);

/** An event in the CloudEvents JSON format, and what stands beside its attributes. */
const testedEvent = z
  .looseObject(besideAttributes)
  .superRefine((event, context) => {
    for (const name of Object.keys(event)) {
      const hint = ownKeys.includes(name) ? '' : didYouMean(name, ownKeys);
      if (hint === '') continue;
      const message = `It would be an attribute of the event${hint}`;
      context.addIssue({ code: 'custom', path: [name], message });
    }
  });

/** A file that says what sensors should do with events. */
export const testFileSchema = z.strictObject({
  apiVersion: z.literal('gitops-events.io/v1alpha1'),
  kind: z.literal('SensorTest'),
  /** Files, beside this one; by default the one of its name without `.test`. */
  sensors: z.array(z.string()).min(1).optional(),
  /** app-config.yaml, for boundaries, targets and policies. */
  config: z.string().optional(),
  /** Folders that stand for repositories. */
  repositories: z.record(z.string(), z.string()).default({}),
  /** Attributes of each event that does not have them itself. */
  defaults: z.record(z.string(), z.unknown()).default({}),
  cases: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        /** When its first event is accepted; 2026-01-01T00:00:00Z by default. */
        at: z.iso.datetime({ offset: true }).optional(),
        events: z.array(testedEvent).min(1).max(100),
        /** Time goes by for so long after the last event. */
        until: duration.optional(),
      }),
    )
    .min(1),
});

export type TestFile = z.output<typeof testFileSchema>;
export type TestCase = TestFile['cases'][number];
export type TestedEvent = TestCase['events'][number];
export type Expectation = z.output<typeof expectation>;
export type StepExpectation = z.output<typeof stepExpectation>;
