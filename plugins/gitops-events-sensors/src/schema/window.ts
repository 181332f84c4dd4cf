import { z } from 'zod';
import { isCron } from '../schedule/cron';
import { bareCel, duration, stepId, timeZone } from './parts';

/** @public */
export const windowSchema = z
  .strictObject({
    key: bareCel
      .optional()
      .describe(
        'CEL over `event`: events with the same value share a window. Without it all do.',
      ),
    join: z
      .strictObject({
        within: duration,
        reset: z
          .strictObject({
            cron: z
              .string()
              .max(100)
              .refine(
                isCron,
                'write five fields (minute, hour, day, month, weekday) that happen, such as "0 6 * * mon-fri"',
              )
              .meta({ format: 'cron' }),
            timeZone,
          })
          .optional()
          .describe('When all that wait are let go, by the clock on the wall.'),
      })
      .optional()
      .describe('Fires when the condition is true of the events that wait.'),
    count: z
      .strictObject({
        of: z.number().int().min(2).max(100),
        within: duration,
        reset: stepId
          .optional()
          .describe('A dependency whose events start the count anew.'),
      })
      .optional()
      .describe('Fires with `of` events that came within `within`.'),
    batch: z
      .strictObject({
        size: z.number().int().min(1).max(100).default(100),
        within: duration,
      })
      .optional()
      .describe(
        'Fires once with all events: when `size` are there, or `within` after the first.',
      ),
    debounce: z
      .strictObject({
        quiet: duration,
        atMost: duration
          .optional()
          .describe('Fires at the latest so long after the first event.'),
      })
      .optional()
      .describe('Fires the last event once nothing came for `quiet`.'),
    cooldown: z
      .strictObject({ for: duration })
      .optional()
      .describe('Fires the first event; for so long the others are counted.'),
  })
  .refine(
    ({ key: _, ...kinds }) =>
      Object.values(kinds).filter(kind => kind !== undefined).length === 1,
    'write exactly one of join, count, batch, debounce and cooldown',
  );
