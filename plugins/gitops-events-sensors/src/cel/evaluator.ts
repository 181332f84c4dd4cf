import type { CelInput } from '@bufbuild/cel';
import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { BoundEvent } from '../eventBinding';
import type { Json } from '../json';
import { RecentMap } from '../RecentMap';
import { run } from '../template/template';
import {
  compileExpression,
  parseExpression,
  shorten,
  type Expression,
} from './expression';
import type { ExpressionProblem } from './problem';
import { fromCel, toCel } from './values';

/** Evaluates expressions that stand outside of a sensor's own matching, such as policies and `merge.when`. @public */
export type Evaluator = (
  text: string,
  variables: Record<string, unknown>,
  event?: BoundEvent,
) => { value: Json } | { reason: Reason };

/**
 * An evaluator that keeps the last `size` expressions planned. `event`, when
 * given, becomes the variable of that name.
 *
 * @public
 */
export function createEvaluator(options: { size: number }): Evaluator {
  const planned = new RecentMap<Expression>(options.size);
  return (text, variables, event) => {
    const names = [...Object.keys(variables), ...(event ? ['event'] : [])];
    let expression: Expression;
    const bindings: Record<string, CelInput> = {};
    try {
      expression = planned.get(`${names.join()}\n${text}`, () =>
        compileExpression(text, names),
      );
      for (const [name, value] of Object.entries(variables)) {
        bindings[name] = toCel(value);
      }
    } catch (error) {
      const message = `\`${shorten(text)}\`: ${(error as Error).message}`;
      return { reason: { code: 'expression', message } };
    }
    if (event) bindings.event = event.value;
    const outcome = run(expression, bindings, fromCel);
    return outcome.ok ? { value: outcome.value } : { reason: outcome.reason };
  };
}

/**
 * What is wrong with an expression as far as one can see without running it.
 *
 * @public
 */
export function findExpressionProblem(
  text: string,
  variables: readonly string[],
): ExpressionProblem | undefined {
  const result = parseExpression(text, variables);
  return 'problem' in result ? result.problem : undefined;
}
