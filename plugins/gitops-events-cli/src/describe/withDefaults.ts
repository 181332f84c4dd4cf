import {
  sensorJsonSchema,
  type JsonSchema,
} from '@gitops-events/plugin-gitops-events-sensors';
import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Node,
  type YAMLMap,
} from 'yaml';

/** The text of a sensor with each default written out and marked. */
export function withDefaults(yaml: string): string {
  const document = parseDocument(yaml);
  fill(document.contents, sensorJsonSchema());
  return document.toString({ lineWidth: 0 }).trimEnd();

  function fill(node: Node | null, schema: JsonSchema): void {
    const shape = shapeOf(node, schema);
    if (isSeq(node)) {
      for (const item of node.items) {
        fill(item as Node, withInput(item, shape.items ?? {}));
      }
    }
    if (!isMap(node)) return;
    for (const [name, property] of Object.entries<JsonSchema>(
      shape.properties ?? {},
    )) {
      if (!node.has(name)) addDefault(node, name, property);
      const value = node.get(name, true);
      if (value) fill(value as Node, property);
    }
  }

  function addDefault(map: YAMLMap, name: string, schema: JsonSchema): void {
    const value = schema.default ?? schema.anyOf?.[0]?.default;
    if (value === undefined) return;
    const node = document.createNode(value);
    if (isScalar(node)) node.comment = ' default';
    else node.commentBefore = ' default';
    map.set(name, node);
  }
}

/** Of several, the one that the node is of: edits tell their kind, and what holds ${{ }} comes last. */
function shapeOf(node: Node | null, schema: JsonSchema): JsonSchema {
  const kind = isMap(node) ? node.get('kind') : undefined;
  const branch = schema.oneOf?.find(
    (one: JsonSchema) => one.properties.kind.const === kind,
  );
  return branch ?? schema.anyOf?.[0] ?? schema;
}

/** The schema of a step with that of its action's input. */
function withInput(step: unknown, schema: JsonSchema): JsonSchema {
  const action = isMap(step) ? step.get('action') : undefined;
  const rule = (schema.allOf ?? []).find(
    (one: JsonSchema) => one.if.properties.action.const === action,
  );
  if (!rule) return schema;
  const { input } = rule.then.properties;
  return { ...schema, properties: { ...schema.properties, input } };
}
