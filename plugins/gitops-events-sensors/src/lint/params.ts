import { allSteps, type Sensor } from '../schema';
import type { LintWarning } from './warning';

/** Params that nothing reads. */
export function lintParams(sensor: Sensor): LintWarning[] {
  const { params = {}, dedupe, concurrency } = sensor.spec;
  const { title, entity, target, context } = sensor.spec;
  // A text of an input counts even without ${{ }}: `merge.when` is a bare expression.
  const texts = [
    dedupe?.key ?? '',
    concurrency?.key ?? '',
    ...textsIn([title, entity, target, context]),
    ...allSteps(sensor).flatMap(step => [...textsIn([step.if, step.input])]),
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

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    yield value;
  } else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) yield* textsIn(item);
  }
}
