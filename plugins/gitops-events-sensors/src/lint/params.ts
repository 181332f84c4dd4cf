import type { ActionSchema } from '../actions';
import { expressionPlaces } from '../parse/expressionPlaces';
import { allSteps, type Sensor } from '../schema';
import type { LintWarning } from './warning';

/** Params that nothing reads. */
export function lintParams(
  sensor: Sensor,
  actions: readonly ActionSchema[],
): LintWarning[] {
  const { params = {} } = sensor.spec;
  const { places } = expressionPlaces(sensor, actions);
  const texts = [
    ...places.map(({ text }) => text),
    // Nobody here knows which inputs of such an action are expressions.
    ...allSteps(sensor)
      .filter(step => !isKnown(step.action, actions))
      .flatMap(({ input }) => [...textsIn(input)]),
  ].join('\n');
  const readsAll = /\bparams\b(?!\s*\.)/.test(texts);
  if (readsAll) return [];
  return Object.keys(params)
    .filter(name => !new RegExp(`\\bparams\\s*\\.\\s*${name}\\b`).test(texts))
    .map(name => ({
      rule: 'unused-param',
      message: `Nothing reads params.${name}; use it, or remove it.`,
      path: ['spec', 'params', name],
    }));
}

function isKnown(name: string, actions: readonly ActionSchema[]): boolean {
  return actions.some(({ id, opaque }) => id === name && !opaque);
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    yield value;
  } else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) yield* textsIn(item);
  }
}
