import { isCelError, plan } from '@bufbuild/cel';
import type { Expr } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js';
import { environment } from '../cel/environment';
import { parseExpression } from '../cel/expression';
import { childrenOf } from '../cel/tree';
import { variables } from '../variables';

/**
 * The value of a filter that reads nothing. Running it once is cheap, as it
 * holds no list to multiply.
 *
 * @returns undefined when its value depends on the event
 */
export function constantValue(filter: string): unknown {
  const result = parseExpression(filter, variables.filter);
  if ('problem' in result) return undefined;
  const { expr } = result.parsed;
  const constant = [...nodesOf(expr)].every(
    ({ exprKind }) =>
      exprKind.case === 'constExpr' ||
      (exprKind.case === 'callExpr' && /^[!_-]/.test(exprKind.value.function)),
  );
  if (!constant) return undefined;
  const value = plan(environment, expr)();
  return isCelError(value) ? undefined : value;
}

function* nodesOf(root: Expr): Generator<Expr> {
  const open = [root];
  for (let expr = open.pop(); expr; expr = open.pop()) {
    yield expr;
    open.push(...childrenOf(expr).map(child => child.expr));
  }
}
