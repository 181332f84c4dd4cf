import type { JsonSchema } from '../jsonSchema';
import { valueAt, type Path } from './problem';

/** The parts of a schema that speak of a path; of alternatives those that fit the constants of the value. */
export function schemasAt(
  json: JsonSchema,
  value: unknown,
  path: Path,
  onlyFitting = true,
): JsonSchema[] {
  let schemas = [json];
  for (let depth = 0; ; depth++) {
    const here = valueAt(value, path.slice(0, depth));
    const last = depth === path.length;
    schemas = schemas.flatMap(schema => {
      const options: JsonSchema[] = schema.anyOf ?? schema.oneOf ?? [schema];
      return last && !onlyFitting
        ? options
        : options.filter(option => fits(option, here));
    });
    if (last) return schemas;
    const key = path[depth];
    schemas = schemas.flatMap(schema => {
      const next =
        typeof key === 'number'
          ? schema.items
          : (schema.properties?.[key] ?? schema.additionalProperties);
      return typeof next === 'object' ? [next] : [];
    });
  }
}

function fits(schema: JsonSchema, value: unknown): boolean {
  return Object.entries<JsonSchema>(schema.properties ?? {}).every(
    ([name, property]) =>
      property.const === undefined ||
      valueAt(value, [name]) === undefined ||
      valueAt(value, [name]) === property.const,
  );
}
