import type { Expr } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js';
import { didYouMean } from '../suggestion';
import { environment, type ParsedExpression } from './environment';
import { childrenOf } from './tree';

/**
 * Bounds that an expression must keep before it is ever run. They do not bound
 * its cost (84 characters within them took 3.65 s): that is what the sandbox's
 * deadline is for.
 *
 * @public
 */
export const expressionLimits = {
  bytes: 4096,
  depth: 32,
  comprehensionNesting: 2,
};

/** Why an expression is refused; `offset` counts characters of its text. @public */
export interface ExpressionProblem {
  rule: 'cel-syntax' | 'cel-limit' | 'unknown-variable' | 'unknown-function';
  message: string;
  offset: number;
}

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

interface Place {
  expr: Expr;
  depth: number;
  nesting: number;
  known: readonly string[];
}

/** The first problem that can be seen without running it. */
export function checkExpression(
  parsed: ParsedExpression,
  variables: readonly string[],
): ExpressionProblem | undefined {
  const offsetOf = (expr: Expr) =>
    parsed.sourceInfo?.positions[String(expr.id)] ?? 0;
  const open: Place[] = [
    { expr: parsed.expr, depth: 1, nesting: 0, known: variables },
  ];
  for (let place = open.pop(); place; place = open.pop()) {
    const found = checkNode(place, variables);
    if (found) return { ...found, offset: offsetOf(place.expr) };
    const { depth, nesting, known } = place;
    for (const child of childrenOf(place.expr).reverse()) {
      open.push({
        expr: child.expr,
        depth: depth + child.deeper,
        nesting: nesting + (child.repeated ? 1 : 0),
        known: child.binds.length ? [...known, ...child.binds] : known,
      });
    }
  }
  return undefined;
}

function checkNode(
  { expr, depth, nesting, known }: Place,
  variables: readonly string[],
): Omit<ExpressionProblem, 'offset'> | undefined {
  const { depth: maxDepth, comprehensionNesting } = expressionLimits;
  if (depth > maxDepth) {
    return {
      rule: 'cel-limit',
      message: `This expression is nested deeper than ${maxDepth} levels; split it up.`,
    };
  }
  const kind = expr.exprKind;
  if (kind.case === 'comprehensionExpr' && nesting >= comprehensionNesting) {
    return {
      rule: 'cel-limit',
      message: `More than ${comprehensionNesting} of all, exists, exists_one, map and filter stand inside each other; each multiplies the work.`,
    };
  }
  if (kind.case === 'identExpr' && !known.includes(kind.value.name)) {
    const { name } = kind.value;
    if (typeNames.has(name)) return undefined;
    return {
      rule: 'unknown-variable',
      message: `There is no variable "${name}" here${didYouMean(name, variables) || `; known are ${variables.join(', ')}.`}`,
    };
  }
  if (kind.case === 'callExpr' && !isKnownFunction(kind.value.function)) {
    const name = kind.value.function;
    return {
      rule: 'unknown-function',
      message: `There is no function "${name}"${didYouMean(name, functionNames()) || '.'}`,
    };
  }
  return undefined;
}

/** Operators are functions named `_+_` or `@in`; the planner knows them all. */
function isKnownFunction(name: string): boolean {
  return /^[!_@-]/.test(name) || environment.funcs.find(name) !== undefined;
}

function functionNames(): string[] {
  const names = Array.from(environment.funcs, func => func.name);
  return [...names, 'all', 'exists', 'exists_one', 'filter', 'map', 'has'];
}
