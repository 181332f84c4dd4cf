import type { CelInput } from '@bufbuild/cel';
import type {
  Reason,
  Target,
} from '@gitops-events/plugin-gitops-events-common';
import { toCel } from './cel/values';
import type { CompiledSensor } from './compile';
import type { BoundEvent } from './eventBinding';
import { refuseLarge, type Json } from './json';

/** Characters of JSON; inputs are kept with their step. */
const maxInputLength = 1024 * 1024;

/** What a step's input may read, beside the event. @public */
export interface StepScope {
  /** The dependency that completed the condition. */
  dependency: string;
  params: { [name: string]: unknown };
  run: { [name: string]: unknown };
  /** Outputs of earlier steps by step id. */
  steps: Record<string, { outputs: Record<string, unknown> }>;
  target?: Target;
  entity?: string;
}

/**
 * Resolves the input of one step. The action's schema validates it again
 * afterwards, and `checkResolved` holds it against the boundary.
 *
 * @public
 */
export function renderStep(
  compiled: CompiledSensor,
  stepId: string,
  bound: BoundEvent,
  scope: StepScope,
): { input: Json } | { reason: Reason } {
  const found = compiled.step(stepId);
  if (!found) {
    const message = `${compiled.sensor.metadata.name} has no step "${stepId}".`;
    return { reason: { code: 'expression', message } };
  }
  const { dependency, ...rest } = scope;
  const bindings = Object.fromEntries(
    Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, toCel(value)]),
  );
  const outcome = found.input({
    ...bindings,
    event: bound.value,
    events: new Map([[dependency, bound.value]]) as CelInput,
  });
  const reason = outcome.ok
    ? refuseLarge(outcome.value, maxInputLength)
    : outcome.reason;
  if (reason) {
    const message = `The input of step \`${stepId}\` cannot be told: ${reason.message}`;
    return { reason: { ...reason, message } };
  }
  return { input: (outcome as { value: Json }).value };
}
