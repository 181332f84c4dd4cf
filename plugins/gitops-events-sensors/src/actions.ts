import type { z } from 'zod';
import { gitChangeInputSchema, syncWaitInputSchema } from './gitChangeInput';

/** What a sensor document needs to know of an action. @public */
export interface ActionSchema {
  /** Such as `git:change`. */
  id: string;
  input: z.ZodType;
}

/** The actions that every installation has. @public */
export const builtInActions: ActionSchema[] = [
  { id: 'git:change', input: gitChangeInputSchema },
  { id: 'sync:wait', input: syncWaitInputSchema },
];
