import { z } from 'zod';
import { bareCel, duration } from './parts';

/** @public */
export const rateLimitSchema = z.strictObject({
  key: bareCel
    .optional()
    .describe(
      'Events with the same value share the limit. With a window its key counts.',
    ),
  max: z.number().int().min(1).max(1000),
  per: duration,
  over: z
    .enum(['delay', 'drop', 'hold'])
    .default('delay')
    .describe(
      'What happens to a firing beyond the limit: it waits its turn, is dropped, or is held for a person.',
    ),
  atMost: duration
    .default('1h')
    .describe('What would be delayed for longer is held.'),
});

/** @public */
export const retrySchema = z.strictObject({
  attempts: z.number().int().min(1).max(20).default(5),
  backoff: duration
    .default('1s')
    .describe(
      'Wait before the second attempt; doubles each time, with jitter.',
    ),
  maxBackoff: duration
    .default('5m')
    .describe(
      'The longest wait; one that the other side asks for may exceed it.',
    ),
});

/** @public */
export const priorities = ['low', 'normal', 'high'] as const;

/** What a circuit breaker can count as a failure. @public */
export const breakerFailures = [
  'policyDenied',
  'failed',
  'syncFailed',
] as const;

/** @public */
export const circuitBreakerSchema = z.strictObject({
  failures: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe('So many failures within `within` open it.'),
  within: duration.default('10m'),
  openFor: duration
    .default('15m')
    .describe('How long runs wait before one of them tries again.'),
  counts: z
    .array(z.enum(breakerFailures))
    .min(1)
    .default([...breakerFailures])
    .describe(
      'What is a failure: held since a policy denied it, failed, or its sync failed.',
    ),
  per: z
    .enum(['sensor', 'target', 'entity'])
    .default('sensor')
    .describe('One breaker for the sensor, or one a target or entity of it.'),
  over: z
    .enum(['wait', 'hold'])
    .default('wait')
    .describe('While it is open, runs wait in their lane, or are held.'),
  maxHold: duration
    .optional()
    .describe('A run that waited so long is held for a person.'),
});

/** @public */
export const concurrencySchema = z.strictObject({
  key: bareCel
    .optional()
    .describe(
      'Runs for which this CEL gives the same are counted together; all of the sensor by default.',
    ),
  max: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe(
      'So many are under way at once, waits for a change or a sync included.',
    ),
  over: z
    .enum(['wait', 'cancelOlder'])
    .default('wait')
    .describe(
      'The next waits in its lane, or the older is cancelled as long as nothing of it is merged.',
    ),
});
