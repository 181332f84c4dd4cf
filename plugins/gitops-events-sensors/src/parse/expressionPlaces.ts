import { toJsonSchema, type JsonSchema } from '../jsonSchema';
import type { ActionSchema } from '../actions';
import { secretPlaces } from '../secrets/secretTexts';
import { takesSecret } from '../secrets/takesSecret';
import { isTemplate, splitTemplate } from '../template/split';
import { variables, variablesOf } from '../variables';
import { valueAt, type Path, type Problem } from './problem';
import { stepsOf, type StepPlace } from './steps';

/** An expression in a document: what it may use, and where it begins in its text. */
export interface ExpressionPlace {
  text: string;
  path: Path;
  offset: number;
  variables: readonly string[];
  /** The step it stands in. */
  step?: StepPlace;
}

/** All expressions of a document, however broken the rest of it is; and `${{` that is never closed. */
export function expressionPlaces(
  document: unknown,
  actions: readonly ActionSchema[],
): { places: ExpressionPlace[]; problems: Problem[] } {
  const places: ExpressionPlace[] = [];
  const problems: Problem[] = [];

  const bare = (path: Path, known: readonly string[], step?: StepPlace) => {
    const text = valueAt(document, path);
    if (typeof text !== 'string') return;
    if (isTemplate(text)) {
      const message = 'This is an expression already; write it without ${{ }}.';
      problems.push({ rule: 'cel-syntax', message, path });
      return;
    }
    places.push({ text, path, offset: 0, variables: known, step });
  };
  const templates = (
    path: Path,
    known: readonly string[],
    step?: StepPlace,
    skip: ReadonlySet<string> = new Set(),
  ) => {
    if (skip.has(path.join('\n'))) return;
    const value = valueAt(document, path);
    if (isTemplate(value)) {
      const split = splitTemplate(value);
      if ('unclosedAt' in split) {
        const message = 'This ${{ is never closed; write }} behind it.';
        const offset = split.unclosedAt;
        problems.push({ rule: 'cel-syntax', message, path, offset });
        return;
      }
      for (const piece of split.pieces) {
        if ('literal' in piece) continue;
        const { expression: text, offset } = piece;
        places.push({ text, path, offset, variables: known, step });
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const key of Object.keys(value)) {
        const next = Array.isArray(value) ? Number(key) : key;
        templates([...path, next], known, step, skip);
      }
    }
  };

  const hasWindow = valueAt(document, ['spec', 'window']) !== undefined;
  const known = variablesOf(hasWindow);
  for (const at of placesOf(document, ['spec', 'dependencies'])) {
    bare(['spec', 'dependencies', at, 'filter'], known.filter);
    bare(['spec', 'dependencies', at, 'transform'], known.filter);
  }
  templates(['spec', 'params'], known.params);
  const ofArrival = hasWindow ? known.arrival : known.firing;
  for (const field of ['dedupe', 'window', 'rateLimit']) {
    bare(['spec', field, 'key'], ofArrival);
  }
  bare(['spec', 'concurrency', 'key'], known.firing);
  for (const field of ['title', 'entity', 'target', 'context']) {
    templates(['spec', field], known.firing);
  }
  for (const place of stepsOf(document)) {
    const { step, path } = place;
    bare([...path, 'if'], known.input, place);
    const action = actions.find(({ id }) => id === valueAt(step, ['action']));
    const bares = action ? bareFields(action) : [];
    const paths = bares.map(field => [...path, 'input', ...field]);
    for (const field of paths) bare(field, variables.change);
    const secrets = secretFields(action, valueAt(step, ['input'])).map(
      field => [...path, 'input', ...field],
    );
    templates(
      [...path, 'input'],
      known.input,
      place,
      new Set([...paths, ...secrets].map(field => field.join('\n'))),
    );
  }
  return { places, problems };
}

/** Where references to secrets stand that may stand there. */
function secretFields(action: ActionSchema | undefined, input: unknown) {
  if (!action) return [];
  return secretPlaces(input)
    .map(({ path }) => path)
    .filter(path => takesSecret(action, input, path));
}

function placesOf(document: unknown, path: Path): number[] {
  const list = valueAt(document, path);
  return Array.isArray(list) ? [...list.keys()] : [];
}

const knownBareFields = new WeakMap<ActionSchema, string[][]>();

/** Fields of an input that hold a bare expression, such as `merge.when`. */
function bareFields(action: ActionSchema): string[][] {
  const fields =
    knownBareFields.get(action) ?? barePaths(toJsonSchema(action.input));
  knownBareFields.set(action, fields);
  return fields;
}

function barePaths(schema: JsonSchema): string[][] {
  if (schema.format === 'cel') return [[]];
  return Object.entries<JsonSchema>(schema.properties ?? {}).flatMap(
    ([name, property]) => barePaths(property).map(path => [name, ...path]),
  );
}
