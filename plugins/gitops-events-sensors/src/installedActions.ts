import { z } from 'zod';
import { builtInActions, type ActionSchema } from './actions';
import { fromJsonSchema, toJsonSchema, type JsonSchema } from './jsonSchema';

/** An action as an installation tells of it. @public */
export interface InstalledAction {
  id: string;
  /** A JSON Schema, draft 7. */
  input: JsonSchema;
  timeout?: string;
  outputs?: string[];
}

/** What an installation tells of an action. @public */
export function installedAction(action: ActionSchema): InstalledAction {
  const { id, input, timeout, outputs } = action;
  return {
    id,
    input: toJsonSchema(input),
    ...(timeout !== undefined && { timeout }),
    ...(outputs && { outputs: [...outputs] }),
  };
}

/**
 * Actions to read sensors with, of what an installation told. Ours are those of
 * this very version.
 *
 * @public
 */
export function actionsOfInstallation(
  told: readonly InstalledAction[],
): ActionSchema[] {
  const ours = new Set(builtInActions.map(({ id }) => id));
  const others = told
    .filter(({ id }) => !ours.has(id))
    .map(({ input, ...rest }) => ({ ...rest, input: fromJsonSchema(input) }));
  return [...builtInActions, ...others];
}

/** An action of which only the id is known. @public */
export function opaqueAction(id: string): ActionSchema {
  return { id, input: z.record(z.string(), z.unknown()), opaque: true };
}
