import type { z } from 'zod';
import { toJsonSchema, type JsonSchema } from '../jsonSchema';
import { didYouMean } from '../suggestion';
import { valueAt, type Path, type Problem } from './problem';
import { schemasAt } from './schemasAt';

const kindNames: Record<string, string | undefined> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

/** What a value breaks of its schema, one problem a place. */
export function schemaProblems(
  schema: z.ZodType,
  value: unknown,
  at: Path = [],
): Problem[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  const json = toJsonSchema(schema);
  return result.error.issues.flatMap(issue =>
    explainIssue(issue, value, json).map(problem => ({
      ...problem,
      path: [...at, ...problem.path],
    })),
  );
}

type Issue = z.core.$ZodIssue;

function explainIssue(
  issue: Issue,
  value: unknown,
  json: JsonSchema,
): Problem[] {
  const path = issue.path as Path;
  const found = valueAt(value, path);
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(json, value, path);
    return issue.keys.map(key => ({
      rule: 'unknown-field',
      message: `Unknown field "${key}"${didYouMean(key, known) || `; known are ${known.join(', ')}.`}`,
      path: [...path, key],
      atKey: true,
    }));
  }
  if (found === undefined && path.length > 0) {
    const message = `"${path.at(-1)}" is missing.`;
    return [
      { rule: 'missing-field', message, path: path.slice(0, -1), atKey: true },
    ];
  }
  return [
    { rule: 'schema', message: sentence(issue, found, json, value), path },
  ];
}

function sentence(
  issue: Issue,
  found: unknown,
  json: JsonSchema,
  root: unknown,
): string {
  const name = issue.path.at(-1);
  const subject = name === undefined ? 'This' : `"${String(name)}"`;
  if (issue.code === 'invalid_type') {
    return `${subject} must be ${kindNames[issue.expected] ?? issue.expected}, but here is ${kindOf(found)}.`;
  }
  const allowed =
    issue.code === 'invalid_value'
      ? issue.values.map(String)
      : constantsAt(json, root, issue.path as Path);
  if (allowed.length > 0) {
    const hint = didYouMean(String(found), allowed);
    const choice = allowed.length > 1 ? 'one of ' : '';
    return `${subject} must be ${choice}${allowed.join(', ')}${hint || '.'}`;
  }
  return `${subject}: ${issue.message}.`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return kindNames[typeof value] ?? typeof value;
}

/** Names of the fields that may stand at a path. */
function fieldsAt(json: JsonSchema, value: unknown, path: Path): string[] {
  const names = schemasAt(json, value, path).flatMap(schema =>
    Object.keys(schema.properties ?? {}),
  );
  return [...new Set(names)];
}

/** Constants that may stand at a path, such as the kinds of an edit. */
function constantsAt(json: JsonSchema, value: unknown, path: Path): string[] {
  const parents = schemasAt(json, value, path.slice(0, -1), false);
  const values = parents.flatMap(
    schema => schema.properties?.[String(path.at(-1))]?.const ?? [],
  );
  return values.map(String);
}
