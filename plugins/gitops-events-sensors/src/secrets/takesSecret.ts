import type { ActionSchema } from '../actions';
import { toJsonSchema } from '../jsonSchema';
import { schemasAt } from '../parse/schemasAt';

/**
 * Whether an action's schema marks what stands at a path of its input for a
 * secret.
 *
 * @public
 */
export function takesSecret(
  { input }: Pick<ActionSchema, 'input'>,
  value: unknown,
  path: ReadonlyArray<string | number>,
): boolean {
  const schemas = schemasAt(toJsonSchema(input), value, path);
  return schemas.some(({ format }) => format === 'secret');
}
