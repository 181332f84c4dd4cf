import {
  isCelError,
  parse,
  plan,
  type CelError,
  type CelInput,
  type CelValue,
} from '@bufbuild/cel';
import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import {
  checkExpression,
  expressionLimits,
  type ExpressionProblem,
} from './check';
import { environment, type ParsedExpression } from './environment';
import { printable } from '../printable';
import { missingPath } from './missingPath';

/** Values by variable name, made by `toCel`. @public */
export type Bindings = Record<string, CelInput>;

/** What became of an evaluation: a value, or why there is none. @public */
export type Outcome<T> = { ok: true; value: T } | { ok: false; reason: Reason };

/**
 * A CEL expression, planned once. Its syntax tree is larger than the plan and
 * only needed to explain a failure, so it is parsed again then.
 *
 * @public
 */
export interface Expression {
  text: string;
  evaluate(bindings: Bindings): Outcome<CelValue>;
}

/** Parses and checks; `variables` are the names that it may use. */
export function parseExpression(
  text: string,
  variables: readonly string[],
): { parsed: ParsedExpression } | { problem: ExpressionProblem } {
  if (new TextEncoder().encode(text).length > expressionLimits.bytes) {
    const message = `This expression is longer than ${expressionLimits.bytes} bytes; split it up.`;
    return { problem: { rule: 'cel-limit', message, offset: 0 } };
  }
  if (nestsTooDeep(text)) {
    const message = 'This expression has too many brackets; split it up.';
    return { problem: { rule: 'cel-limit', message, offset: 0 } };
  }
  try {
    const parsed = parse(text);
    const problem = checkExpression(parsed, variables);
    return problem ? { problem } : { parsed };
  } catch (error) {
    return { problem: syntaxProblem(error) };
  }
}

/** @throws SyntaxError with the problem's message; a sensor that was parsed has none. */
export function compileExpression(
  text: string,
  variables: readonly string[],
): Expression {
  const result = parseExpression(text, variables);
  if ('problem' in result) throw new SyntaxError(result.problem.message);
  const { parsed } = result;
  const run = plan(environment, parsed);
  return {
    text,
    evaluate: bindings => {
      const value = run(bindings);
      return isCelError(value)
        ? { ok: false, reason: explainError(value, text) }
        : { ok: true, value };
    },
  };
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

function syntaxProblem(error: unknown): ExpressionProblem {
  const { message, location } = error as Error & {
    location?: { start: { offset: number } };
  };
  // `<input>:1:14: found = but expecting end of input`
  const what = message.replace(/^<input>:\d+:\d+: /, '');
  const short =
    what.length > 120 ? what.replace(/ but expecting .*/s, '') : what;
  return {
    rule: 'cel-syntax',
    message: `This is not a CEL expression: ${short} here.`,
    offset: location?.start.offset ?? 0,
  };
}

/** Why an evaluation failed, for a person. */
export function explainError(error: CelError, text: string): Reason {
  const path = missingPath(error, parse(text));
  if (path !== undefined) {
    return {
      code: 'missingField',
      message: `\`${path}\` is missing; test for it with has(...) where it may be absent.`,
      detail: { path, expression: text },
    };
  }
  return {
    code: 'expression',
    message: `\`${shorten(text)}\` failed: ${shorten(error.message, 300)}.`,
    detail: { expression: text },
  };
}

/** A text for a sentence: on one line and not too long. */
export function shorten(text: string, length = 120): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const cut = line.length > length ? `${line.slice(0, length - 1)}…` : line;
  return printable(cut);
}
