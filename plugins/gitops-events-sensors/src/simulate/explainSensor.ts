import { explainExpression, type ExplainedPart } from '../cel/explain';
import type { CompiledSensor } from '../compile';
import { evaluate, type Evaluation } from '../evaluate';
import type { BoundEvent } from '../eventBinding';
import { matchesDependency } from '../match/matches';

/** How a dependency looked at an event. @public */
export interface ExplainedDependency {
  name: string;
  type: string;
  ingress?: string;
  /** Whether type and ingress let the event through to the filter. */
  listens: boolean;
  filter?: string;
  /** What the filter's parts came to, where it was asked. */
  parts?: ExplainedPart[];
}

/** What a sensor's own text says to an event, and why. @public */
export interface SensorExplanation {
  evaluation: Evaluation;
  /** Those that the condition names. */
  dependencies: ExplainedDependency[];
}

/**
 * Asks one sensor about one event and looks into its filters. Pure, so an
 * answer that was not kept can be had again. As costly as asking twice; values
 * are shown as they are.
 *
 * @public
 */
export function explainSensor(
  compiled: CompiledSensor,
  bound: BoundEvent,
): SensorExplanation {
  return {
    evaluation: evaluate(compiled, bound),
    dependencies: compiled.dependencies.map(({ dependency }) => {
      const { name, type, ingress, filter } = dependency;
      const listens = matchesDependency(dependency, bound.event);
      return {
        name,
        type,
        ...(ingress !== undefined && { ingress }),
        listens,
        ...(filter !== undefined && { filter }),
        ...(listens &&
          filter !== undefined && {
            parts: explainExpression(filter, { event: bound.value }),
          }),
      };
    }),
  };
}
