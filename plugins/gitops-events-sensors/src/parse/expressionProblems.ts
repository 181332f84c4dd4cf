import type { ActionSchema } from '../actions';
import type { ParsedExpression } from '../cel/environment';
import { parseExpression } from '../cel/expression';
import { chainsOf } from '../cel/tree';
import { parseCondition } from '../match/condition';
import { didYouMean } from '../suggestion';
import { expressionPlaces, type ExpressionPlace } from './expressionPlaces';
import { valueAt, type Problem } from './problem';

/** What is wrong with the expressions of a document, and with its condition. */
export function expressionProblems(
  document: unknown,
  actions: readonly ActionSchema[],
): Problem[] {
  const { places, problems } = expressionPlaces(document, actions);
  return [
    ...conditionProblems(document),
    ...problems,
    ...places.flatMap(place => placeProblems(place, document)),
  ];
}

function placeProblems(place: ExpressionPlace, document: unknown): Problem[] {
  const { text, path, offset } = place;
  const result = parseExpression(text, place.variables);
  if ('problem' in result) {
    const { rule, message, offset: inside } = result.problem;
    return [{ rule, message, path, offset: offset + inside }];
  }
  return referenceProblems(result.parsed, place, document);
}

/** `params.x`, `steps.x` and `events.x` must name something; asked with `has()` they may not. */
function referenceProblems(
  { expr: root, sourceInfo }: ParsedExpression,
  place: ExpressionPlace,
  document: unknown,
): Problem[] {
  const known: Record<string, readonly string[] | undefined> = {
    params: Object.keys(valueAt(document, ['spec', 'params']) ?? {}),
    steps: place.steps,
    events: dependencyNames(document),
  };
  const problems: Problem[] = [];
  for (const { path, first } of chainsOf(root)) {
    const [variable, name] = path;
    const names = known[variable];
    const usable = place.variables.includes(variable);
    if (!names || !usable || name === undefined || names.includes(name)) {
      continue;
    }
    const hint =
      didYouMean(name, names) ||
      (names.length ? `; known are ${names.join(', ')}.` : '.');
    problems.push({
      rule: 'unknown-name',
      message: `There is no ${variable}.${name} here${hint}`,
      path: place.path,
      offset: place.offset + (sourceInfo?.positions[String(first.id)] ?? 0),
    });
  }
  return problems;
}

function conditionProblems(document: unknown): Problem[] {
  const path = ['spec', 'condition'];
  const condition = valueAt(document, path);
  if (typeof condition !== 'string') return [];
  const result = parseCondition(condition, dependencyNames(document));
  return 'problem' in result ? [{ ...result.problem, path }] : [];
}

function dependencyNames(document: unknown): string[] {
  const list = valueAt(document, ['spec', 'dependencies']);
  return Array.isArray(list)
    ? list.map(dependency => String(valueAt(dependency, ['name'])))
    : [];
}
