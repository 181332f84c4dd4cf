import { z } from 'zod';
import { reasonSchema } from './reason';
import { revertViewSchema } from './revert';
import { statusSchema } from './status';

/**
 * Where a run stands while it has not ended.
 *
 * - `queued`: due, or due later after a retry delay
 * - `running`: claimed by a replica until the claim's deadline
 * - `waiting`: for something named in its reason (a change, a sync)
 * - `held`: in quarantine, for a person
 *
 * @public
 */
export const runStates = [
  'queued',
  'running',
  'waiting',
  'held',
  'ended',
] as const;

/**
 * How a run can end; each run ends exactly once.
 *
 * @public
 */
export const runEnds = [
  'applied',
  'done',
  'alreadySo',
  'superseded',
  'failed',
  'cancelled',
  'discarded',
] as const;

/** @public */
export type RunState = (typeof runStates)[number];
/** @public */
export type RunEnd = (typeof runEnds)[number];

/** @public */
export const stepStates = [
  'pending',
  'running',
  'waiting',
  'done',
  'failed',
  'skipped',
] as const;
/** @public */
export type StepState = (typeof stepStates)[number];

/** @public */
export const targetSchema = z.object({
  environment: z.string().optional(),
  cluster: z.string().optional(),
  tenant: z.string().optional(),
});
/** @public */
export type Target = z.infer<typeof targetSchema>;

/** @public */
export const runViewSchema = z.object({
  id: z.string(),
  title: z.string(),
  eventUid: z.string(),
  eventType: z.string(),
  eventSource: z.string(),
  sensor: z.string(),
  sensorTitle: z.string(),
  owner: z.string(),
  revision: z.number(),
  /** 0 for the live decision, higher for each replay for real. */
  generation: z.number(),
  mode: z.enum(['observe', 'propose', 'auto']),
  /** Of a run in mode observe: whether base held within 24 h what it would have written; absent while that is open. */
  agreed: z.boolean().optional(),
  entityRef: z.string().optional(),
  target: targetSchema.optional(),
  /** Of a redirected replay: where its sensor would have landed; empty until that is told. */
  redirectedFrom: targetSchema.optional(),
  state: z.enum(runStates),
  end: z.enum(runEnds).optional(),
  reason: reasonSchema.optional(),
  status: statusSchema,
  steps: z.array(
    z.object({
      id: z.string(),
      action: z.string(),
      state: z.enum(stepStates),
      attempts: z.number(),
      reason: reasonSchema.optional(),
      /** Taken because an earlier step failed. */
      onFailure: z.boolean().optional(),
    }),
  ),
  changeId: z.string().optional(),
  /** That it takes another run back, or is taken back itself. */
  revert: revertViewSchema.optional(),
  createdAt: z.string(),
  endedAt: z.string().optional(),
  /** Send it back with each decision, so that two people cannot overrule each other unseen. */
  version: z.number(),
});
/** @public */
export type RunView = z.infer<typeof runViewSchema>;

/** One row of the quarantine: a run that waits for a person, and why. @public */
export const heldViewSchema = runViewSchema.extend({
  heldAt: z.string(),
  /** Runs held for the same cause share it: sensor, step and reason code. */
  cause: z.string(),
  comments: z.array(
    z.object({ at: z.string(), by: z.string(), text: z.string() }),
  ),
});
/** @public */
export type HeldView = z.infer<typeof heldViewSchema>;
