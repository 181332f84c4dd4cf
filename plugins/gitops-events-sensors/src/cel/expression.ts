import {
  isCelError,
  parse,
  plan,
  type CelError,
  type CelInput,
  type CelValue,
} from '@bufbuild/cel';
import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import { printable } from '../printable';
import { environment, type ParsedExpression } from './environment';
import { checkLimits, checkText } from './limits';
import { missingPath } from './missingPath';
import { checkNames } from './names';
import type { ExpressionProblem } from './problem';

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
  const result = parseWithinLimits(text);
  if ('problem' in result) return result;
  const problem = checkNames(result.parsed, variables);
  return problem ? { problem } : result;
}

/** Without a look at names: what it knows by none is an error where it is evaluated. */
export function parseWithinLimits(
  text: string,
): { parsed: ParsedExpression } | { problem: ExpressionProblem } {
  const problem = checkText(text);
  if (problem) return { problem };
  try {
    const parsed = parse(text);
    const exceeded = checkLimits(parsed);
    return exceeded ? { problem: exceeded } : { parsed };
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
  return planExpression(result.parsed, text);
}

export function planExpression(
  parsed: ParsedExpression,
  text: string,
): Expression {
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

/** What the JavaScript engine says, in words about the expression. */
const engineErrors: Record<string, string | undefined> = {
  'Invalid string length': 'a text grew beyond what can be held',
  'Maximum call stack size exceeded': 'a value is nested too deep',
};

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
  const message = error.message.replace(/^\w*Error: /, '');
  const what = engineErrors[message] ?? shorten(message, 300);
  return {
    code: 'expression',
    message: `\`${shorten(text)}\` failed: ${what}.`,
    detail: { expression: text },
  };
}

/** A text for a sentence: on one line and not too long. */
export function shorten(text: string, length = 120): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const cut = line.length > length ? `${line.slice(0, length - 1)}…` : line;
  return printable(cut);
}
