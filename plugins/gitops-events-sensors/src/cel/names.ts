import type { Expr } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js';
import { didYouMean } from '../suggestion';
import { environment, type ParsedExpression } from './environment';
import { offsetOf, type ExpressionProblem } from './problem';
import { pathOf, placesOf } from './tree';

const typeNames = new Set([
  'int',
  'uint',
  'double',
  'bool',
  'string',
  'bytes',
  'list',
  'map',
  'null_type',
  'type',
]);

/** The first variable or function that nobody knows. */
export function checkNames(
  parsed: ParsedExpression,
  variables: readonly string[],
): ExpressionProblem | undefined {
  // The `strings` of strings.quote(...) is no variable.
  const qualifiers = new Set<Expr>();
  for (const { expr, binds } of placesOf(parsed.expr)) {
    const { exprKind: kind } = expr;
    const offset = offsetOf(expr, parsed);
    if (kind.case === 'identExpr' && !qualifiers.has(expr)) {
      const { name } = kind.value;
      const known = [variables, binds].some(names => names.includes(name));
      if (!known && !typeNames.has(name)) {
        const hint =
          didYouMean(name, variables) || `; known are ${variables.join(', ')}.`;
        const message = `There is no variable "${name}" here${hint}`;
        return { rule: 'unknown-variable', message, offset };
      }
    }
    if (kind.case === 'callExpr') {
      const { function: name, target } = kind.value;
      if (target && isQualifier(target, name)) qualifiers.add(target);
      else if (!isKnownFunction(name)) {
        const hint = didYouMean(name, functionNames()) || '.';
        const message = `There is no function "${name}"${hint}`;
        return { rule: 'unknown-function', message, offset };
      }
    }
  }
  return undefined;
}

/** Whether `target.name(...)` is a function of that whole name. */
export function isQualifier(target: Expr, name: string): boolean {
  const path = pathOf(target);
  return (
    path !== undefined &&
    environment.funcs.find([...path, name].join('.')) !== undefined
  );
}

/** Operators are functions named `_+_` or `@in`; the planner knows them all. */
function isKnownFunction(name: string): boolean {
  return /^[!_@-]/.test(name) || environment.funcs.find(name) !== undefined;
}

function functionNames(): string[] {
  const names = Array.from(environment.funcs, func => func.name);
  return [...names, 'all', 'exists', 'exists_one', 'filter', 'map', 'has'];
}
