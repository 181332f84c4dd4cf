import type { ActionSchema } from '../actions';
import type { ParsedExpression } from '../cel/environment';
import { parseExpression } from '../cel/expression';
import { chainsOf } from '../cel/tree';
import { parseCondition } from '../match/parseCondition';
import { expressionPlaces, type ExpressionPlace } from './expressionPlaces';
import { valueAt, type Problem } from './problem';
import { stepReferenceProblem, unknownName } from './stepReferences';

/** What is wrong with the expressions of a document, and with its condition. */
export function expressionProblems(
  document: unknown,
  actions: readonly ActionSchema[],
): Problem[] {
  const { places, problems } = expressionPlaces(document, actions);
  return [
    ...conditionProblems(document),
    ...problems,
    ...places.flatMap(place => placeProblems(place, document, actions)),
  ];
}

const secretPlace =
  'A secret can only stand in an input that its action marks for one, as `${{ secrets.name }}` with nothing but text beside it.';

function placeProblems(
  place: ExpressionPlace,
  document: unknown,
  actions: readonly ActionSchema[],
): Problem[] {
  const { text, path, offset } = place;
  const result = parseExpression(text, place.variables);
  if ('problem' in result) {
    const { rule, message, offset: inside } = result.problem;
    const where = { path, offset: offset + inside };
    return rule === 'unknown-variable' && /^secrets\b/.test(text.slice(inside))
      ? [{ rule: 'secret-place', message: secretPlace, ...where }]
      : [{ rule, message, ...where }];
  }
  return referenceProblems(result.parsed, place, document, actions);
}

/** `params.x`, `steps.x` and `events.x` must name something; asked with `has()` they may not. */
function referenceProblems(
  { expr: root, sourceInfo }: ParsedExpression,
  place: ExpressionPlace,
  document: unknown,
  actions: readonly ActionSchema[],
): Problem[] {
  const known: Record<string, readonly string[] | undefined> = {
    params: Object.keys(valueAt(document, ['spec', 'params']) ?? {}),
    events: dependencyNames(document),
  };
  const problems: Problem[] = [];
  for (const { path, first } of chainsOf(root, true)) {
    const [variable, name] = path;
    if (!place.variables.includes(variable) || name === undefined) continue;
    const names = known[variable];
    const message = place.step
      ? (stepReferenceProblem(path, place.step, document, actions) ??
        unknownName(path, names))
      : unknownName(path, names);
    if (message === undefined) continue;
    problems.push({
      rule: 'unknown-name',
      message,
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
  const result = parseCondition(condition, dependencyNames(document), {
    window: valueAt(document, ['spec', 'window', 'join']) !== undefined,
  });
  return 'problem' in result ? [{ ...result.problem, path }] : [];
}

function dependencyNames(document: unknown): string[] {
  const list = valueAt(document, ['spec', 'dependencies']);
  return Array.isArray(list)
    ? list.map(dependency => String(valueAt(dependency, ['name'])))
    : [];
}
