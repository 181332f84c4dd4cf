import { z } from 'zod';
import { isCron } from './schedule/cron';
import { isTimeZone } from './schedule/zone';

/**
 * The shape of a Sensor document. Defaults stand here and nowhere else; the
 * published JSON Schema, the docs and the linter derive from it.
 */

const name = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'use 1 to 63 lower-case letters, digits and dashes',
  );

const stepId = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_]{0,62}$/, 'use letters, digits and underscores');

/** `500ms`, `30s`, `5m`, `24h`, `7d`. @public */
export const duration = z
  .string()
  .regex(
    /^[1-9][0-9]{0,6}(ms|s|m|h|d)$/,
    'write a duration such as 30s, 5m or 24h',
  );

/** A CEL expression that stands by itself, without `${{ }}`. The linter knows it by this format. @public */
export const bareCel = z.string().min(1).max(4096).meta({ format: 'cel' });

/** @public */
export const modes = ['observe', 'propose', 'auto'] as const;

/** @public */
export const dependencySchema = z.strictObject({
  name: stepId,
  ingress: name
    .optional()
    .describe('Whom it trusts: the name of a configured ingress.'),
  type: z
    .string()
    .min(1)
    .max(255)
    .regex(
      /^[^*\s]+$|^[^*\s]+\.\*$/,
      'write an exact type, or a prefix that ends in ".*"',
    )
    .describe('Exact CloudEvents type, or a prefix that ends in ".*".'),
  filter: bareCel
    .optional()
    .describe('CEL over `event`; the event matches when it is true.'),
  transform: bareCel
    .optional()
    .describe(
      'CEL over `event`; its value takes the place of `event.data` for everything after the filter.',
    ),
});

const timeZone = z
  .string()
  .min(1)
  .max(64)
  .refine(isTimeZone, 'name a time zone such as Europe/Berlin')
  .default('UTC')
  .meta({ format: 'time-zone' })
  .describe('Of the IANA database, such as Europe/Berlin.');

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

/** @public */
export const stepSchema = z.strictObject({
  id: stepId,
  if: bareCel
    .optional()
    .describe(
      'CEL over `event`, `events`, `params`, `run`, `target`, `entity` and `steps.<id>.outputs`; where it is false the step is skipped.',
    ),
  action: z.string().min(1).max(100),
  input: z.record(z.string(), z.unknown()).default({}),
  timeout: duration
    .optional()
    .describe(
      'From the first start of the step, its waits and retries included; by default what the action says (sync:wait: 10m). Past it the run fails.',
    ),
  retry: retrySchema.optional(),
});

/** @public */
export const sensorSchema = z.strictObject({
  apiVersion: z.literal('gitops-events.io/v1alpha1'),
  kind: z.literal('Sensor'),
  metadata: z.strictObject({
    name,
    title: z.string().min(1).max(120).optional(),
    description: z.string().max(2000).optional(),
    owner: z
      .string()
      .regex(
        /^(group|user):[^/\s]+\/[^/\s]+$/,
        'name the owner in full, such as group:default/platform',
      ),
  }),
  spec: z
    .strictObject({
      mode: z.enum(modes).default('propose'),
      dependencies: z.array(dependencySchema).min(1).max(20),
      condition: z
        .string()
        .max(1000)
        .optional()
        .describe(
          'Names of dependencies with || between them; any of them by default. With `window: { join }` also && and !, and all of them by default.',
        ),
      title: z
        .string()
        .max(500)
        .optional()
        .describe('Title of each run, for people; may hold ${{ }}.'),
      params: z
        .record(stepId, z.unknown())
        .optional()
        .describe(
          'Named values, each may hold ${{ }}; steps read them as `params`.',
        ),
      dedupe: z
        .strictObject({ key: bareCel, for: duration.default('24h') })
        .optional(),
      maxAge: duration.optional(),
      window: windowSchema
        .optional()
        .describe('Decides on several events; see docs/windows.md.'),
      rateLimit: rateLimitSchema.optional(),
      circuitBreaker: circuitBreakerSchema.optional(),
      concurrency: concurrencySchema.optional(),
      schedule: scheduleSchema.optional(),
      priority: z
        .enum(priorities)
        .default('normal')
        .describe(
          'Whose runs begin first, and get more places, when many are due.',
        ),
      entity: z.string().max(500).optional(),
      target: z
        .strictObject({
          environment: z.string().max(200).optional(),
          cluster: z.string().max(200).optional(),
          tenant: z.string().max(200).optional(),
        })
        .optional(),
      context: z.record(z.string(), z.string()).optional(),
      steps: z.array(stepSchema).min(1).max(20),
      onFailure: z
        .array(stepSchema)
        .min(1)
        .max(20)
        .optional()
        .describe(
          'Steps taken when the run would end failed; they may read `run.failure`. The run ends failed all the same.',
        ),
    })
    .refine(({ window, rateLimit }) => !(window && rateLimit?.key), {
      path: ['rateLimit', 'key'],
      message:
        'with a window the limit counts per key of the window; leave this out',
    })
    .refine(({ window, concurrency }) => !(window && concurrency?.key), {
      path: ['concurrency', 'key'],
      message:
        'with a window all runs of the sensor count together; leave this out',
    })
    .refine(
      ({ window, circuitBreaker: breaker }) =>
        !window || (breaker?.per ?? 'sensor') === 'sensor',
      {
        path: ['circuitBreaker', 'per'],
        message:
          'with a window the target and entity are told only once a run begins; leave this out',
      },
    )
    .refine(
      ({ window, dependencies }) =>
        window?.count?.reset === undefined ||
        dependencies.some(({ name: one }) => one === window.count!.reset),
      {
        path: ['window', 'count', 'reset'],
        message: 'name one of the dependencies',
      },
    ),
});

/** A Sensor with its defaults filled in. @public */
export type Sensor = z.output<typeof sensorSchema>;
/** @public */
export type SensorInput = z.input<typeof sensorSchema>;
/** @public */
export type SensorStep = Sensor['spec']['steps'][number];

/** All steps that a run can take: those of `steps`, then those of `onFailure`. @public */
export function allSteps({ spec }: Sensor): SensorStep[] {
  return [...spec.steps, ...(spec.onFailure ?? [])];
}

/** The window of a sensor: a key, and exactly one kind. @public */
export type SensorWindow = NonNullable<Sensor['spec']['window']>;
/** @public */
export type RateLimit = NonNullable<Sensor['spec']['rateLimit']>;
/** @public */
export type Dependency = Sensor['spec']['dependencies'][number];
/** @public */
export type Schedule = z.output<typeof scheduleSchema>;
/** @public */
export type CircuitBreaker = z.output<typeof circuitBreakerSchema>;
