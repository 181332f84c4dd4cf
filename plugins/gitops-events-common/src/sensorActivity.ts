import { z } from 'zod';
import { decisionOutcomes } from './sensor';

/**
 * What a sensor said within a time, counted: for a summary in one line, and for
 * the edges of its flow.
 *
 * @public
 */
export const sensorActivitySchema = z.object({
  /** Start of the time that is counted. ISO 8601. */
  since: z.string(),
  /** Events it decided. */
  decided: z.number(),
  fired: z.number(),
  /** There was more than is counted: the numbers are those of the newest. */
  partial: z.boolean(),
  /** Why events did not fire, the most frequent reason first. */
  reasons: z.array(
    z.object({
      outcome: z.enum(decisionOutcomes),
      code: z.string(),
      count: z.number(),
      /** What the newest of them was told. */
      message: z.string(),
    }),
  ),
  /** By dependency: events of its type and ingress, and those it let through. */
  dependencies: z.array(
    z.object({ name: z.string(), arrived: z.number(), passed: z.number() }),
  ),
  /** By step, of the runs that were started in that time. */
  steps: z.array(
    z.object({
      id: z.string(),
      reached: z.number(),
      done: z.number(),
      /** Under way or waiting. */
      open: z.number(),
      held: z.number(),
      /** Ended there without getting further: failed, discarded, cancelled. */
      stopped: z.number(),
    }),
  ),
});
/** @public */
export type SensorActivity = z.infer<typeof sensorActivitySchema>;
