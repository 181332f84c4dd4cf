import { z } from 'zod';
import { timeZone } from './parts';

const days = 'mon|tue|wed|thu|fri|sat|sun';
const time = '([01][0-9]|2[0-3]):[0-5][0-9]';

/** @public */
export const scheduleSchema = z.strictObject({
  timeZone,
  active: z
    .array(
      z
        .strictObject({
          days: z
            .array(
              z
                .string()
                .regex(
                  new RegExp(`^(${days})(-(${days}))?$`),
                  'write days such as mon, sat or mon-fri',
                ),
            )
            .min(1)
            .max(7)
            .default(['mon-sun']),
          from: z
            .string()
            .regex(new RegExp(`^${time}$`), 'write a time such as "08:00"')
            .default('00:00'),
          to: z
            .string()
            .regex(
              new RegExp(`^(${time}|24:00)$`),
              'write a time such as "18:00"',
            )
            .default('24:00')
            .describe('Before `from` it is a time of the next day.'),
        })
        .refine(({ from, to }) => from !== to, {
          path: ['to'],
          message: 'it is the same as `from`; leave both out for whole days',
        }),
    )
    .min(1)
    .max(20)
    .describe('When runs may begin, by the clock on the wall.'),
  outside: z
    .enum(['wait', 'hold', 'drop'])
    .default('wait')
    .describe(
      'Outside of these hours runs wait, are held for a person, or events are dropped as they come.',
    ),
});
