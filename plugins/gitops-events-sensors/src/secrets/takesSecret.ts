import type { ActionSchema } from '../actions';
import { toJsonSchema } from '../jsonSchema';
import { schemasAt } from '../parse/schemasAt';

/**
 * Whether an action's schema marks what stands at a path of its input for a
 * secret, or may do so for all that is known.
 *
 * @public
 */
export function takesSecret(
  { input, opaque }: Pick<ActionSchema, 'input' | 'opaque'>,
  value: unknown,
  path: ReadonlyArray<string | number>,
): boolean {
  if (opaque) return true;
  const schemas = schemasAt(toJsonSchema(input), value, path);
  return schemas.some(({ format }) => format === 'secret');
}
