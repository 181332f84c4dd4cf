import type { z } from 'zod';
import { gitChangeInputSchema, syncWaitInputSchema } from './gitChangeInput';

/** What a sensor document needs to know of an action. @public */
export interface ActionSchema {
  /** Such as `git:change`. */
  id: string;
  input: z.ZodType;
  /**
   * How long a step of it may take unless the sensor says so, such as `10m`.
   * `never`: it waits for people, and giving up would not take back what it
   * asked for, so a `timeout` is refused. Without it there is no default.
   */
  timeout?: string;
  /** Names in its output; without them any may be read. */
  outputs?: readonly string[];
  /** It is known by its id alone: nothing of its input is checked. */
  opaque?: true;
}

/** @public */
export const gitChangeAction = {
  id: 'git:change',
  input: gitChangeInputSchema,
  timeout: 'never',
  outputs: [
    'changeId',
    'commit',
    'repository',
    'base',
    'pullRequest',
    'paths',
    'observed',
    'mergesItself',
  ],
} as const satisfies ActionSchema;

/** @public */
export const syncWaitAction = {
  id: 'sync:wait',
  input: syncWaitInputSchema,
  timeout: '10m',
  outputs: ['applications'],
} as const satisfies ActionSchema;

/** The actions that every installation has. @public */
export const builtInActions: ActionSchema[] = [gitChangeAction, syncWaitAction];
