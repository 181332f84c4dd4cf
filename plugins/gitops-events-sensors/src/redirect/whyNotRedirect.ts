import type { Target } from '@gitops-events/plugin-gitops-events-common';
import { parseWithinLimits } from '../cel/expression';
import { placesOf } from '../cel/tree';
import { allSteps, type Sensor, type SensorStep } from '../schema';
import { isTemplate, splitTemplate } from '../template/split';

/** What names where something lands. @public */
export const targetParts = ['environment', 'cluster', 'tenant'] as const;

/** Steps that only look at what others wrote. */
const onlyLooks: ReadonlySet<string> = new Set(['sync:wait']);

/** The parts that a sensor's target has, and a redirection has to name. @public */
export function partsOfTarget({ spec }: Sensor): Array<keyof Target> {
  return targetParts.filter(part => spec.target?.[part] !== undefined);
}

/**
 * Why what a sensor makes cannot land elsewhere, as a sentence: it can where
 * the sensor names a target, and each step that acts goes by it. Whether it
 * then really writes elsewhere is told by `sameLanding`, step by step.
 *
 * @param target - where to; without it, anywhere
 * @public
 */
export function whyNotRedirect(
  sensor: Sensor,
  target?: Target,
): string | undefined {
  const { name } = sensor.metadata;
  const parts = partsOfTarget(sensor);
  if (!parts.includes('environment')) {
    return `${name} names no environment as its target, so nothing says where its runs would land instead. Give it a \`target\` that its steps go by.`;
  }
  const blind = allSteps(sensor).find(
    step => !onlyLooks.has(step.action) && !readsTarget(step),
  );
  if (blind) {
    return `Step \`${blind.id}\` of ${name} does the same whatever its target is: its input reads no \`target\`. Let the files it writes depend on \`target\`.`;
  }
  if (!target) return undefined;
  const missing = parts.find(part => !target[part]);
  if (missing) return `The target of ${name} has a ${missing}; say which one.`;
  const unknown = targetParts.find(
    part => target[part] !== undefined && !parts.includes(part),
  );
  return unknown && `The target of ${name} has no ${unknown}; leave it out.`;
}

function readsTarget({ input }: SensorStep): boolean {
  return [...expressionsIn(input)].some(text => {
    const result = parseWithinLimits(text);
    if ('problem' in result) return false;
    return [...placesOf(result.parsed.expr)].some(
      ({ expr: { exprKind: kind }, binds }) =>
        kind.case === 'identExpr' &&
        kind.value.name === 'target' &&
        !binds.includes('target'),
    );
  });
}

function* expressionsIn(value: unknown): Generator<string> {
  if (isTemplate(value)) {
    const split = splitTemplate(value);
    for (const piece of 'pieces' in split ? split.pieces : []) {
      if ('expression' in piece) yield piece.expression;
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) yield* expressionsIn(item);
  }
}
