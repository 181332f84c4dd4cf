import { z } from 'zod';
import { statusSchema } from './status';
import { runViewSchema } from './run';

/** @public */
export const timelineKinds = [
  'eventReceived',
  'decision',
  'sensorFired',
  'revertAsked',
  'changeRendered',
  'policyJudged',
  'waitingForLimit',
  'changeCommitted',
  'pullRequestOpened',
  'pullRequestReady',
  'waitingForApproval',
  'approved',
  'conflict',
  'proposedInstead',
  'merged',
  'changeEnded',
  'syncStarted',
  'syncProgress',
  'syncHealthy',
  'syncFailed',
  'stepSkipped',
  'stepFailed',
  'retry',
  'stopped',
  'held',
  'released',
  'comment',
  'rootCauseStated',
  'runEnded',
  'aboutChange',
  'commitNews',
] as const;
/** @public */
export type TimelineKind = (typeof timelineKinds)[number];

/** One line of the story. `title` and `detail` are sentences for a person, see {@link partsOfSentence}. @public */
export const timelineEntrySchema = z.object({
  /** Stable; grows with time within one store. */
  id: z.string(),
  at: z.string(),
  kind: z.enum(timelineKinds),
  tone: z.enum(['success', 'info', 'warning', 'error', 'neutral']),
  title: z.string(),
  detail: z.string().optional(),
  /** A link into the portal or to the forge, with its words. */
  link: z.object({ text: z.string(), to: z.string() }).optional(),
  runId: z.string().optional(),
  changeId: z.string().optional(),
});
/** @public */
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

/** One event with all that came of it: what a timeline shows as one group. @public */
export const timelineGroupSchema = z.object({
  eventUid: z.string(),
  title: z.string(),
  /** Who asked: the reference of a person, or a source in words. */
  requestedBy: z.string(),
  receivedAt: z.string(),
  endedAt: z.string().optional(),
  entityRef: z.string().optional(),
  eventType: z.string(),
  eventSource: z.string(),
  status: statusSchema,
  settled: z.boolean(),
  /** Milliseconds from accepted to ended (or to now). */
  durationMs: z.number(),
  runs: z.array(runViewSchema),
  entries: z.array(timelineEntrySchema),
});
/** @public */
export type TimelineGroup = z.infer<typeof timelineGroupSchema>;
