import type { ParsedExpression } from './environment';
import { offsetOf, type ExpressionProblem } from './problem';
import { literalPattern, regexProblem } from './regex';
import { placesOf, type Place } from './tree';

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
  /** Nodes of the syntax tree, with what `all`, `map` and the like expand to. */
  nodes: 1000,
  /** Items of a list, and fields of a map, that are written out. */
  literalSize: 200,
};

/** What is seen before parsing; see {@link nestsTooDeep}. */
export function checkText(text: string): ExpressionProblem | undefined {
  const { bytes } = expressionLimits;
  if (new TextEncoder().encode(text).length > bytes) {
    return limit(
      `This expression is longer than ${bytes} bytes; split it up with params.`,
    );
  }
  if (nestsTooDeep(text)) {
    return limit('This expression has too many brackets; split it up.');
  }
  return undefined;
}

/** The first bound that the syntax tree exceeds. */
export function checkLimits(
  parsed: ParsedExpression,
): ExpressionProblem | undefined {
  let nodes = 0;
  for (const place of placesOf(parsed.expr)) {
    nodes += 1;
    const offset = offsetOf(place.expr, parsed);
    if (nodes > expressionLimits.nodes) {
      return limit(
        `This expression has more than ${expressionLimits.nodes} parts; split it up with params or several dependencies.`,
        offset,
      );
    }
    const message = exceeded(place);
    if (message) return limit(message, offset);
    const pattern = literalPattern(place.expr);
    const wrong = pattern && regexProblem(pattern.text);
    if (wrong) {
      const at = offsetOf(pattern.expr, parsed);
      return { rule: 'cel-regex', message: wrong, offset: at };
    }
  }
  return undefined;
}

function exceeded({ expr, depth, nesting }: Place): string | undefined {
  const {
    depth: maxDepth,
    comprehensionNesting,
    literalSize,
  } = expressionLimits;
  const { exprKind: kind } = expr;
  if (depth > maxDepth) {
    return `This expression is nested deeper than ${maxDepth} levels; split it up.`;
  }
  if (kind.case === 'comprehensionExpr' && nesting >= comprehensionNesting) {
    return `More than ${comprehensionNesting} of all, exists, exists_one, map and filter stand inside each other; each multiplies the work.`;
  }
  if (kind.case === 'listExpr' && kind.value.elements.length > literalSize) {
    return `This list has more than ${literalSize} items; match a prefix or a pattern, or send the list in the event.`;
  }
  if (kind.case === 'structExpr' && kind.value.entries.length > literalSize) {
    return `This map has more than ${literalSize} fields; split it up, or send it in the event.`;
  }
  return undefined;
}

function limit(message: string, offset = 0): ExpressionProblem {
  return { rule: 'cel-limit', message, offset };
}

/**
 * Looks before the parser does: it calls itself for each bracket and each `?`,
 * and a process that is out of stack can end instead of throwing. Twice the
 * depth that is allowed afterwards, as brackets alone do not count there.
 */
function nestsTooDeep(text: string): boolean {
  const most = 2 * expressionLimits.depth;
  const signs = text
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gs, '')
    .replace(/[^()[\]{}?]/g, '');
  let open = 0;
  let choices = 0;
  for (const sign of signs) {
    if (sign === '?') choices += 1;
    else open += '([{'.includes(sign) ? 1 : -1;
    if (open > most || choices > most) return true;
  }
  return false;
}
