import type { Expr } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js';
import type { ParsedExpression } from './environment';

/** Why an expression is refused; `offset` counts characters of its text. @public */
export interface ExpressionProblem {
  rule:
    | 'cel-syntax'
    | 'cel-limit'
    | 'cel-regex'
    | 'unknown-variable'
    | 'unknown-function';
  message: string;
  offset: number;
}

/** Where the parser says that a node stands; of an operator it is the sign. */
export function offsetOf(expr: Expr, parsed: ParsedExpression): number {
  return parsed.sourceInfo?.positions[String(expr.id)] ?? 0;
}
