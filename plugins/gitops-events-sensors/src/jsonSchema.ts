import { z } from 'zod';
import { builtInActions, type ActionSchema } from './actions';
import { sensorSchema } from './schema';

/** A JSON Schema, draft 7, as far as we look into it. @public */
export type JsonSchema = { [keyword: string]: any };

/**
 * The published JSON Schema of a sensor document: what editors check and
 * complete with. In the input of an action `${{ }}` may stand for any scalar.
 *
 * @public
 */
export function sensorJsonSchema(
  actions: readonly ActionSchema[] = builtInActions,
): JsonSchema {
  const schema = toJsonSchema(sensorSchema);
  const { steps, onFailure } = schema.properties.spec.properties;
  for (const step of [steps.items, onFailure.items]) {
    step.allOf = actions.map(({ id, input }) => ({
      if: { properties: { action: { const: id } }, required: ['action'] },
      then: { properties: { input: allowTemplates(toJsonSchema(input)) } },
    }));
  }
  return {
    ...schema,
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Sensor of GitOps Events',
  };
}

/** What schemas were read from, whose marks zod does not keep. */
const published = new WeakMap<z.ZodType, JsonSchema>();

/** A schema that was told as JSON Schema, to validate with. */
export function fromJsonSchema(json: JsonSchema): z.ZodType {
  const schema = z.fromJSONSchema(json);
  published.set(schema, json);
  return schema;
}

/** What a person may write, so defaults are optional. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const known = published.get(schema);
  if (known) return known;
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    reused: 'inline',
  }) as JsonSchema;
  return rest;
}

const template = { type: 'string', pattern: '\\$\\{\\{' };

/** Lets `${{ }}` stand where a scalar is expected; a bare expression stays what it is. */
function allowTemplates(schema: JsonSchema): JsonSchema {
  if (schema.format === 'cel') return schema;
  const walked = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      allowInside(keyword, value),
    ]),
  );
  const scalar =
    ['string', 'number', 'integer', 'boolean'].includes(schema.type) ||
    (schema.enum !== undefined && schema.type === undefined);
  if (!scalar) return walked;
  const { description, ...rest } = walked;
  return {
    ...(description === undefined ? {} : { description }),
    anyOf: [rest, template],
  };
}

function allowInside(keyword: string, value: any): unknown {
  if (['properties', 'patternProperties'].includes(keyword)) {
    return Object.fromEntries(
      Object.entries<JsonSchema>(value).map(([name, property]) => [
        name,
        property.const === undefined ? allowTemplates(property) : property,
      ]),
    );
  }
  if (['anyOf', 'oneOf', 'allOf'].includes(keyword)) {
    return value.map(allowTemplates);
  }
  if (['items', 'additionalProperties'].includes(keyword)) {
    return typeof value === 'object' ? allowTemplates(value) : value;
  }
  return value;
}
