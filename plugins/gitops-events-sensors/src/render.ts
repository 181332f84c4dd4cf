import type {
  Reason,
  Target,
} from '@gitops-events/plugin-gitops-events-common';
import { shorten, type Bindings } from './cel/expression';
import { toCel } from './cel/values';
import type { CompiledSensor, CompiledStep } from './compile';
import { bindingsOf, type FiringEvent } from './firing';
import { refuseLarge, type Json } from './json';
import { falseCondition } from './match/falseFilter';

/** Characters of JSON; inputs are kept with their step. */
const maxInputLength = 1024 * 1024;

/** What a step's input may read, beside the events. @public */
export interface StepScope {
  params: { [name: string]: unknown };
  run: { [name: string]: unknown };
  /** Outputs of earlier steps by step id. */
  steps: Record<string, { outputs: Record<string, unknown> }>;
  target?: Target;
  entity?: string;
}

/** The input of a step, why it is skipped, or why neither can be told. @public */
export type StepRendering =
  { input: Json } | { skipped: Reason } | { reason: Reason };

/**
 * Asks the `if` of one step and resolves its input. The action's schema validates it again
 * afterwards, and `checkResolved` holds it against the boundary.
 *
 * @public
 */
export function renderStep(
  compiled: CompiledSensor,
  stepId: string,
  firing: readonly FiringEvent[],
  scope: StepScope,
): StepRendering {
  const found = compiled.step(stepId);
  if (!found) {
    const message = `${compiled.sensor.metadata.name} has no step "${stepId}".`;
    return { reason: { code: 'expression', message } };
  }
  const bound = bindingsOf(compiled, firing);
  if (!bound.ok) return { reason: bound.reason };
  const bindings: Bindings = {
    ...Object.fromEntries(
      Object.entries(scope)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, toCel(value)]),
    ),
    ...bound.value,
  };
  const stopped = found.condition && applyCondition(found, bindings);
  if (stopped) return stopped;
  const outcome = found.input(bindings);
  const reason = outcome.ok
    ? refuseLarge(outcome.value, maxInputLength)
    : outcome.reason;
  if (reason) {
    const message = `The input of step \`${stepId}\` cannot be told: ${reason.message}`;
    return { reason: { ...reason, message } };
  }
  return { input: (outcome as { value: Json }).value };
}

/** @returns undefined when the step is to be taken */
function applyCondition(
  { step, condition }: CompiledStep,
  bindings: Bindings,
): StepRendering | undefined {
  const outcome = condition!.evaluate(bindings);
  if (outcome.ok && outcome.value === true) return undefined;
  if (outcome.ok && outcome.value === false) {
    return { skipped: falseCondition(step.id, condition!, bindings) };
  }
  const reason: Reason = outcome.ok
    ? {
        code: 'expression',
        message: `\`${shorten(step.if!)}\` is neither true nor false; compare it with something.`,
        detail: { expression: step.if },
      }
    : outcome.reason;
  const message = `The \`if\` of step \`${step.id}\` cannot be told: ${reason.message}`;
  return { reason: { ...reason, message } };
}
