import { z } from 'zod';
import {
  circuitBreakerSchema,
  concurrencySchema,
  priorities,
  rateLimitSchema,
  retrySchema,
} from './schema/limits';
import { bareCel, duration, name, stepId } from './schema/parts';
import { scheduleSchema } from './schema/schedule';
import { windowSchema } from './schema/window';

export { bareCel, duration } from './schema/parts';
export * from './schema/limits';
export * from './schema/schedule';
export * from './schema/window';

/**
 * The shape of a Sensor document. Defaults stand here and nowhere else; the
 * published JSON Schema, the docs and the linter derive from it.
 */

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
