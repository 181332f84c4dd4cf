import { isCelError } from '@bufbuild/cel';
import type { Expr } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js';
import { environment } from './environment';
import { maxPatternLength } from './matches';
import { isCall } from './tree';

/** Repetitions such as `{3,30}` are copied out when a pattern is compiled. */
const maxRepetitions = 1000;

/** The pattern of `text.matches("pattern")`, when it is written out. */
export function literalPattern(
  call: Expr,
): { text: string; expr: Expr } | undefined {
  const { exprKind: kind } = call;
  if (!isCall(call, 'matches') || kind.case !== 'callExpr') return undefined;
  const expr = kind.value.args.at(-1);
  if (expr?.exprKind.case !== 'constExpr') return undefined;
  const { constantKind } = expr.exprKind.value;
  return constantKind.case === 'stringValue'
    ? { text: constantKind.value, expr }
    : undefined;
}

/** What is wrong with a regular expression, as a sentence. */
export function regexProblem(pattern: string): string | undefined {
  if (pattern.length > maxPatternLength) {
    return `This regular expression is longer than ${maxPatternLength} characters; use startsWith, contains or a list instead.`;
  }
  const repetitions = [...pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)]
    .map(([, least, most]) => Number(most || least))
    .reduce((sum, count) => sum + count, 0);
  if (repetitions > maxRepetitions) {
    return `The counted repetitions of this regular expression add up to more than ${maxRepetitions}; use + or *.`;
  }
  const result = environment.funcs.find('matches')?.call(0, '', [pattern]);
  if (!isCelError(result)) return undefined;
  const what = result.message.replace('error parsing regexp: ', '');
  return `This is not a regular expression in RE2's syntax: ${what}. It knows no look-around and no back-references.`;
}
