import { unparse, type CelError } from '@bufbuild/cel';
import type { Expr } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js';
import type { ParsedExpression } from './environment';
import { childrenOf, isCall } from './tree';

/**
 * The path that a "field not found" error is about, as it stands in the
 * expression: `event.data.severity`. Undefined for any other error.
 *
 * CEL names a field, and the node: that of `a.b` itself, but for `a["b"]` the
 * one where the chain starts.
 */
export function missingPath(
  error: CelError,
  parsed: ParsedExpression,
): string | undefined {
  const match =
    /^(?:field not found: (.*)|index (-?\d+) out of bounds.*|unresolved attribute)$/s.exec(
      error.message,
    );
  if (!match) return undefined;
  const [, field, index] = match;
  const root = parsed.expr;
  // With the source's info, which knows how `filter(...)` was written.
  const written = (expr: Expr) => unparse({ ...parsed, expr });
  const node = find(
    root,
    expr => expr.id === error.exprId && expr.exprKind.case !== undefined,
  );
  if (node && field === undefined && index === undefined) return written(node);
  if (
    node?.exprKind.case === 'selectExpr' &&
    node.exprKind.value.field === field
  ) {
    return written(node);
  }
  const key = field ?? index;
  const indexed = find(root, expr => indexKey(expr) === key);
  if (indexed) return written(indexed);
  return key;
}

/** The constant in `a["key"]` or `a[7]`. */
function indexKey(expr: Expr): string | undefined {
  if (!isCall(expr, '_[_]') || expr.exprKind.case !== 'callExpr') {
    return undefined;
  }
  const key = expr.exprKind.value.args[1]?.exprKind;
  if (key?.case !== 'constExpr') return undefined;
  const constant = key.value.constantKind;
  return constant.case === undefined ? undefined : String(constant.value);
}

function find(root: Expr, wanted: (expr: Expr) => boolean): Expr | undefined {
  const open = [root];
  for (let expr = open.pop(); expr; expr = open.pop()) {
    if (wanted(expr)) return expr;
    open.push(
      ...childrenOf(expr)
        .map(child => child.expr)
        .reverse(),
    );
  }
  return undefined;
}
