import { z } from 'zod';
import { rehearsedRunSchema } from './rehearsal';
import { reasonSchema } from './reason';
import { runEnds, targetSchema } from './run';
import { decisionOutcomes } from './sensor';

/** @public */
export const replayStates = [
  'running',
  'paused',
  'done',
  'cancelled',
  'failed',
] as const;
/**
 * `dry` tells what would be. The others make runs, which are held where a newer
 * value would be overwritten: `redirected` ones land in a target that a person
 * chose instead, `real` ones where their sensor says.
 *
 * @public
 */
export const replayModes = ['dry', 'redirected', 'real'] as const;
/** @public */
export type ReplayMode = (typeof replayModes)[number];
/** @public */
export type ReplayState = (typeof replayStates)[number];

/**
 * How an event is decided otherwise than on record. `other`: neither or both
 * fire, and something else is not as it was.
 *
 * @public
 */
export const replayDifferences = [
  'firesNow',
  'noLongerFires',
  'other',
] as const;
/** @public */
export type ReplayDifference = (typeof replayDifferences)[number];

/** The most events of a replay that names each of them. @public */
export const maxReplayedUids = 1_000;
/** Events a second, where a replay does not say how many; and the most it may ask for. @public */
export const replayPace = {
  dry: { default: 500, most: 2_000 },
  redirected: { default: 10, most: 100 },
  real: { default: 10, most: 100 },
} as const;

/** Which of the events that the sensor listens to, or listened to then. @public */
export const replayEventsSchema = z.object({
  /** These alone. */
  uids: z
    .array(z.string().regex(/^[0-9a-f]{32}$/))
    .min(1)
    .max(maxReplayedUids)
    .optional(),
  /** Accepted at or after it. ISO 8601. */
  from: z.iso.datetime().optional(),
  /** Accepted at or before it; now by default. ISO 8601. */
  to: z.iso.datetime().optional(),
  /** Exact, or a prefix followed by `.*`. */
  type: z.string().max(1024).optional(),
  /** CEL over `event`; where it cannot be told, the event is left out. */
  filter: z.string().max(4096).optional(),
  /** What is on record of the sensor; `notFired`: all but fired. */
  said: z.enum([...decisionOutcomes, 'notFired']).optional(),
});
/** @public */
export type ReplayEvents = z.infer<typeof replayEventsSchema>;

/** What to replay: a loaded sensor, one of its revisions, or a text, against stored events. @public */
export const replayRequestSchema = z
  .object({
    /** Name of a loaded sensor. */
    sensor: z.string().max(63).optional(),
    /** Of that sensor; the active one by default. */
    revision: z.number().int().min(1).optional(),
    /** One sensor as it stands in a file. */
    yaml: z
      .string()
      .max(256 * 1024)
      .optional(),
    events: replayEventsSchema,
    mode: z.enum(replayModes).default('dry'),
    /** Where to land instead of where the sensor says, each part that its target has; of mode `redirected`. */
    target: z
      .object({
        environment: z.string().min(1).max(200),
        cluster: z.string().min(1).max(200).optional(),
        tenant: z.string().min(1).max(200).optional(),
      })
      .optional(),
    /** Events a second; 500 by default, 10 where it makes runs. */
    perSecond: z.number().int().min(1).max(replayPace.dry.most).optional(),
    comment: z.string().max(2000).optional(),
  })
  .refine(
    ({ yaml, sensor }) => (yaml === undefined) !== (sensor === undefined),
    { message: 'Give either `yaml` or the name of a loaded `sensor`.' },
  )
  .refine(({ yaml, revision }) => !(yaml && revision), {
    message:
      'A `revision` is of a loaded `sensor`; leave it out beside `yaml`.',
  })
  .refine(({ mode, yaml, revision }) => mode === 'dry' || !(yaml || revision), {
    path: ['mode'],
    message: 'Only the active revision of a loaded `sensor` makes runs.',
  })
  .refine(
    ({ mode, target }) => (mode === 'redirected') === (target !== undefined),
    {
      path: ['target'],
      message: 'Name a `target` with mode `redirected`, and with no other.',
    },
  )
  .refine(({ mode, perSecond = 1 }) => perSecond <= replayPace[mode].most, {
    path: ['perSecond'],
    message: `Where it makes runs at most ${replayPace.real.most}.`,
  })
  .refine(
    ({ events: { uids, from } }) =>
      (uids === undefined) !== (from === undefined),
    { message: 'Give either `events.uids` or `events.from`.' },
  );

/** @public */
export const replayProgressSchema = z.object({
  /** Stored events to look through. */
  total: z.number(),
  /** Of those, the ones looked at. */
  passed: z.number(),
  /** Of those, the ones decided. */
  decided: z.number(),
  /** Decided ones that fire now. */
  fired: z.number(),
  firesNow: z.number(),
  noLongerFires: z.number(),
  other: z.number(),
  /** Decided as on record. */
  alike: z.number(),
  /** Waiting in a window, so far. */
  waiting: z.number(),
  /** Fired then and now, and too many to look at what their runs would do. */
  uncompared: z.number(),
});
/** @public */
export type ReplayProgress = z.infer<typeof replayProgressSchema>;

/** @public */
export const replayViewSchema = z.object({
  id: z.string(),
  sensor: z.string(),
  /** Absent where a text was given. */
  revision: z.number().optional(),
  mode: z.enum(replayModes),
  /** Where its runs land instead. */
  target: targetSchema.optional(),
  state: z.enum(replayStates),
  events: replayEventsSchema,
  perSecond: z.number(),
  createdBy: z.string(),
  createdAt: z.string(),
  comment: z.string().optional(),
  endedAt: z.string().optional(),
  /** Why it stands still or ended early. */
  reason: reasonSchema.optional(),
  progress: replayProgressSchema,
  /** Where its runs stand, by state or end. */
  runs: z
    .array(
      z.object({
        state: z.enum(['queued', 'running', 'waiting', 'held', ...runEnds]),
        count: z.number(),
      }),
    )
    .optional(),
  /** Days that it is kept once it and its runs have ended. */
  keptDays: z.number(),
});
/** @public */
export type ReplayView = z.infer<typeof replayViewSchema>;

/** Where a replay of a sensor may land instead of where the sensor says. @public */
export const redirectChoiceSchema = z.object({
  /** Configured ones within the boundary of the sensor's owner. */
  environments: z.array(z.string()),
  /** What has to be named. */
  parts: z.array(z.enum(['environment', 'cluster', 'tenant'])),
  /** Why it can land nowhere else. */
  refused: z.string().optional(),
});
/** @public */
export type RedirectChoice = z.infer<typeof redirectChoiceSchema>;

/** An event that is decided otherwise. @public */
export const replayFindingSchema = z.object({
  eventUid: z.string(),
  eventType: z.string(),
  eventSource: z.string(),
  eventSubject: z.string().optional(),
  /** ISO 8601. */
  acceptedAt: z.string(),
  difference: z.enum(replayDifferences),
  /** On record; absent where the sensor did not listen to it, or came later. */
  then: z
    .object({
      outcome: z.enum(decisionOutcomes),
      reason: reasonSchema,
      revision: z.number(),
      decidedAt: z.string(),
      runId: z.string().optional(),
      /** What that revision would do with the repositories of today. */
      run: rehearsedRunSchema.optional(),
    })
    .optional(),
  now: z.object({
    outcome: z.enum(decisionOutcomes),
    reason: reasonSchema,
    /** What it would do; not of every event where there are many. */
    run: rehearsedRunSchema.optional(),
    /** The run that it made, for real. */
    runId: z.string().optional(),
  }),
});
/** @public */
export type ReplayFinding = z.infer<typeof replayFindingSchema>;
