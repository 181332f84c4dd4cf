import { isCelError, type CelResult } from '@bufbuild/cel';
import type { Expr } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js';
import { isQualifier } from './names';
import { childrenOf, isCall, pathOf } from './tree';

/** Whether it is written out: a literal, or a list or map of such. */
export function isConstant(expr: Expr): boolean {
  switch (expr.exprKind.case) {
    case 'constExpr':
      return true;
    case 'listExpr':
    case 'structExpr':
      return childrenOf(expr).every(child => isConstant(child.expr));
    default:
      return isCall(expr, '-_') && isConstant(operandsOf(expr)[0]);
  }
}

/** The parts that have a value of their own, in the order in which CEL evaluates them. */
export function partsOf(expr: Expr): Expr[] {
  const { exprKind: kind } = expr;
  if (isConstant(expr) || isMember(expr)) return [];
  switch (kind.case) {
    case 'callExpr':
      return isLogic(expr)
        ? operandsOf(expr).flatMap(operand => chain(operand, expr))
        : operandsOf(expr);
    case 'comprehensionExpr':
      return kind.value.iterRange ? [kind.value.iterRange] : [];
    default:
      return childrenOf(expr).map(child => child.expr);
  }
}

/** Whether CEL leaves out `part` of `whole`, given what the parts before it gave. */
export function isSkipped(
  whole: Expr,
  part: Expr,
  results: readonly CelResult[],
): boolean {
  if (isCall(whole, '_&&_')) return results.includes(false);
  if (isCall(whole, '_||_')) return results.includes(true);
  if (isCall(whole, '_?_:_')) {
    const [condition, yes] = operandsOf(whole);
    if (part === condition) return false;
    return results[0] !== (part === yes);
  }
  return results.some(isCelError);
}

/** A copy in which the variable `name` stands for `part`. */
export function bindPart(whole: Expr, part: Expr, name: string): Expr {
  if (whole.id === part.id) {
    const value = { $typeName: 'cel.expr.Expr.Ident' as const, name };
    return { ...whole, exprKind: { case: 'identExpr', value } };
  }
  const bind = (expr: Expr) => bindPart(expr, part, name);
  const maybe = (expr: Expr | undefined) => expr && bind(expr);
  const { exprKind: kind } = whole;
  switch (kind.case) {
    case 'selectExpr': {
      const value = { ...kind.value, operand: maybe(kind.value.operand) };
      return { ...whole, exprKind: { ...kind, value } };
    }
    case 'callExpr': {
      const { target, args } = kind.value;
      const value = {
        ...kind.value,
        target: maybe(target),
        args: args.map(bind),
      };
      return { ...whole, exprKind: { ...kind, value } };
    }
    case 'listExpr': {
      const elements = kind.value.elements.map(bind);
      const value = { ...kind.value, elements };
      return { ...whole, exprKind: { ...kind, value } };
    }
    case 'structExpr': {
      const entries = kind.value.entries.map(entry => ({
        ...entry,
        keyKind:
          entry.keyKind.case === 'mapKey'
            ? { ...entry.keyKind, value: bind(entry.keyKind.value) }
            : entry.keyKind,
        value: maybe(entry.value),
      }));
      const value = { ...kind.value, entries };
      return { ...whole, exprKind: { ...kind, value } };
    }
    case 'comprehensionExpr': {
      const value = { ...kind.value, iterRange: maybe(kind.value.iterRange) };
      return { ...whole, exprKind: { ...kind, value } };
    }
    default:
      return whole;
  }
}

/** A variable, or a field of one, such as `event.data["a-b"].c[0]`: one part, as people see it. */
function isMember(expr: Expr): boolean {
  const { exprKind: kind } = expr;
  if (pathOf(expr)) return true;
  if (kind.case === 'selectExpr') {
    return kind.value.operand !== undefined && isMember(kind.value.operand);
  }
  if (!isCall(expr, '_[_]')) return false;
  const [operand, key] = operandsOf(expr);
  return isMember(operand) && isConstant(key);
}

function isLogic(expr: Expr): boolean {
  return isCall(expr, '_&&_') || isCall(expr, '_||_');
}

/** `a && b && c` has three parts, whichever two the parser took together. */
function chain(expr: Expr, whole: Expr): Expr[] {
  const same = ['_&&_', '_||_'].some(
    name => isCall(expr, name) && isCall(whole, name),
  );
  return same
    ? operandsOf(expr).flatMap(operand => chain(operand, whole))
    : [expr];
}

function operandsOf(expr: Expr): Expr[] {
  const { exprKind: kind } = expr;
  if (kind.case !== 'callExpr') return [];
  const { target, function: name, args } = kind.value;
  return target && !isQualifier(target, name) ? [target, ...args] : args;
}
