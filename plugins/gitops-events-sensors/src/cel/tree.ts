import type { Expr } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js';

/** A node's children with what they cost: how much deeper they stand, and whether they are run once an item. */
export interface Child {
  expr: Expr;
  deeper: number;
  repeated: boolean;
  /** Variables that a comprehension binds for this child. */
  binds: string[];
}

/**
 * Children of a node. A chain of `a.b.c`, and one of the same `&&` or `||`, is
 * one level deep, however long it is: that is how people read it.
 */
export function childrenOf(parent: Expr): Child[] {
  const kind = parent.exprKind;
  const child = (expr: Expr | undefined, more: Partial<Child> = {}): Child[] =>
    expr ? [{ expr, deeper: 1, repeated: false, binds: [], ...more }] : [];
  switch (kind.case) {
    case 'selectExpr':
      return child(kind.value.operand, { deeper: 0 });
    case 'callExpr': {
      const flat =
        kind.value.function === '_&&_' || kind.value.function === '_||_';
      return [
        ...child(kind.value.target),
        ...kind.value.args.flatMap(arg =>
          child(arg, {
            deeper: flat && isCall(arg, kind.value.function) ? 0 : 1,
          }),
        ),
      ];
    }
    case 'listExpr':
      return kind.value.elements.flatMap(element => child(element));
    case 'structExpr':
      return kind.value.entries.flatMap(entry => [
        ...(entry.keyKind.case === 'mapKey' ? child(entry.keyKind.value) : []),
        ...child(entry.value),
      ]);
    case 'comprehensionExpr': {
      const { accuVar, iterVar, iterVar2 } = kind.value;
      const binds = [accuVar, iterVar, iterVar2].filter(name => name !== '');
      return [
        ...child(kind.value.iterRange),
        ...child(kind.value.accuInit),
        ...child(kind.value.loopCondition, { repeated: true, binds }),
        ...child(kind.value.loopStep, { repeated: true, binds }),
        ...child(kind.value.result, { binds }),
      ];
    }
    default:
      return [];
  }
}

/** A node with where it stands. */
export interface Place {
  expr: Expr;
  /** 1 for the root. */
  depth: number;
  /** How many comprehensions run it. */
  nesting: number;
  /** Variables of the comprehensions around it. */
  binds: readonly string[];
}

/** All nodes in their order, parents first; lazily, so that one may stop at the first that is too much. */
export function* placesOf(root: Expr): Generator<Place> {
  const open: Place[] = [{ expr: root, depth: 1, nesting: 0, binds: [] }];
  for (let place = open.pop(); place; place = open.pop()) {
    yield place;
    const { depth, nesting, binds } = place;
    for (const child of childrenOf(place.expr).reverse()) {
      open.push({
        expr: child.expr,
        depth: depth + child.deeper,
        nesting: nesting + (child.repeated ? 1 : 0),
        binds: child.binds.length ? [...binds, ...child.binds] : binds,
      });
    }
  }
}

export function isCall(expr: Expr, name: string): boolean {
  return (
    expr.exprKind.case === 'callExpr' && expr.exprKind.value.function === name
  );
}

/**
 * The name that a variable or a chain such as `event.data.tag` starts with, and the fields after it.
 *
 * @param indexed - takes `steps["bump"]` for `steps.bump`
 */
export function pathOf(expr: Expr, indexed = false): string[] | undefined {
  if (expr.exprKind.case === 'identExpr') return [expr.exprKind.value.name];
  const link = linkOf(expr, indexed);
  const path = link && pathOf(link.operand, indexed);
  return path && [...path, link!.field];
}

/** The last field of a chain, and what it is a field of. */
function linkOf(
  { exprKind }: Expr,
  indexed: boolean,
): { operand: Expr; field: string } | undefined {
  if (exprKind.case === 'selectExpr') {
    const { operand, field, testOnly } = exprKind.value;
    return operand && !testOnly ? { operand, field } : undefined;
  }
  if (!indexed || exprKind.case !== 'callExpr') return undefined;
  const { function: name, args } = exprKind.value;
  if (name !== '_[_]') return undefined;
  const [operand, { exprKind: key }] = args;
  return key.case === 'constExpr' &&
    key.value.constantKind.case === 'stringValue'
    ? { operand, field: key.value.constantKind.value }
    : undefined;
}

/** A chain such as `event.data.tag` with its node, and the node of its first name. */
export interface Chain {
  path: string[];
  expr: Expr;
  first: Expr;
}

/** Each longest chain of an expression, in its order. */
export function* chainsOf(root: Expr, indexed = false): Generator<Chain> {
  const open = [root];
  for (let expr = open.pop(); expr; expr = open.pop()) {
    const path = pathOf(expr, indexed);
    if (path) yield { path, expr, first: firstOf(expr) };
    else
      open.push(
        ...childrenOf(expr)
          .map(child => child.expr)
          .reverse(),
      );
  }
}

function firstOf(expr: Expr): Expr {
  const link = linkOf(expr, true);
  return link ? firstOf(link.operand) : expr;
}
