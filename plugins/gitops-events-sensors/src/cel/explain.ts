import {
  isCelError,
  plan,
  unparse,
  type CelError,
  type CelInput,
  type CelResult,
} from '@bufbuild/cel';
import type { Expr } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js';
import type { Json } from '../json';
import { environment, type ParsedExpression } from './environment';
import {
  explainError,
  parseExpression,
  shorten,
  type Bindings,
} from './expression';
import { abbreviate } from './abbreviate';
import { bindPart, isConstant, isSkipped, partsOf } from './parts';
import { childrenOf } from './tree';

/** Parts listed of one expression, and characters shown of each. */
const maxParts = 100;
const maxText = 200;

/**
 * A part of an expression and what became of it: its value (long texts and
 * lists cut), why it has none, or that another part made it needless.
 *
 * @public
 */
export type ExplainedPart = {
  text: string;
  /** Where it begins, in characters of the whole expression. */
  offset: number;
} & ({ value: Json } | { error: string } | { notEvaluated: true });

/**
 * Why an expression gave what it gave: the whole first, then its comparisons,
 * their sides, members and calls in the order of the text, at most 100. What
 * stands inside `all(x, ...)` about `x` has no single value and is left out.
 * Pure; as costly as the evaluation itself, so it belongs behind the same
 * deadline. Values are shown as they are: the caller hides secrets.
 *
 * @public
 */
export function explainExpression(
  text: string,
  bindings: Bindings,
): ExplainedPart[] {
  const result = parseExpression(text, Object.keys(bindings));
  if ('problem' in result) {
    const { message: error, offset } = result.problem;
    return [{ text: shorten(text, maxText), offset, error }];
  }
  const { parsed } = result;
  const scope: Record<string, CelInput | CelError> = { ...bindings };
  const parts: Array<{ expr: Expr; result?: CelResult }> = [];

  // Each part is evaluated once: the whole then finds it bound to what it gave.
  const evaluate = (expr: Expr): CelResult => {
    const part: (typeof parts)[number] = { expr };
    if (expr === parsed.expr || isMeaningful(expr)) parts.push(part);
    const results: CelResult[] = [];
    let node = expr;
    for (const child of partsOf(expr)) {
      if (isSkipped(expr, child, results)) {
        if (isMeaningful(child)) parts.push({ expr: child });
        continue;
      }
      const value = evaluate(child);
      results.push(value);
      if (isConstant(child)) continue;
      const name = `@${child.id}`;
      scope[name] = value as CelInput;
      node = bindPart(node, child, name);
    }
    part.result = plan(environment, node)(scope as Bindings);
    return part.result;
  };
  evaluate(parsed.expr);
  return parts.slice(0, maxParts).map(part => present(part, parsed, text));
}

function present(
  { expr, result }: { expr: Expr; result?: CelResult },
  parsed: ParsedExpression,
  text: string,
): ExplainedPart {
  const place = {
    text: shorten(unparse({ ...parsed, expr }), maxText),
    offset: startOf(expr, parsed),
  };
  if (result === undefined) return { ...place, notEvaluated: true };
  return isCelError(result)
    ? { ...place, error: explainError(result, text).message }
    : { ...place, value: abbreviate(result) };
}

/** A literal says nothing that the text does not say. */
function isMeaningful(expr: Expr): boolean {
  const { case: kind } = expr.exprKind;
  return kind !== 'listExpr' && kind !== 'structExpr' && !isConstant(expr);
}

/** An operator has its own sign's position: the part begins where its first operand does. */
function startOf(root: Expr, { sourceInfo }: ParsedExpression): number {
  let start = Infinity;
  const open = [root];
  for (let expr = open.pop(); expr; expr = open.pop()) {
    start = Math.min(start, sourceInfo?.positions[String(expr.id)] ?? start);
    open.push(...childrenOf(expr).map(child => child.expr));
  }
  return Number.isFinite(start) ? start : 0;
}
