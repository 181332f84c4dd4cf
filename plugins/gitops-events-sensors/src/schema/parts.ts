import { z } from 'zod';
import { isTimeZone } from '../schedule/zone';

export const name = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'use 1 to 63 lower-case letters, digits and dashes',
  );

export const stepId = z
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

export const timeZone = z
  .string()
  .min(1)
  .max(64)
  .refine(isTimeZone, 'name a time zone such as Europe/Berlin')
  .default('UTC')
  .meta({ format: 'time-zone' })
  .describe('Of the IANA database, such as Europe/Berlin.');
