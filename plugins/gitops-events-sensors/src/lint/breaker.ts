import type { Sensor } from '../schema';
import type { LintWarning } from './warning';

/** Settings of a circuit breaker that do nothing. */
export function lintBreaker({ spec }: Sensor): LintWarning[] {
  const { circuitBreaker: breaker, target } = spec;
  if (!breaker) return [];
  const path = ['spec', 'circuitBreaker'];
  const warnings: LintWarning[] = [];
  if (breaker.per === 'target' && !target) {
    const message =
      'This sensor names no `target`, so all of its runs share one breaker; name a target, or leave `per` out.';
    const where = [...path, 'per'];
    warnings.push({ rule: 'breaker-without-target', message, path: where });
  }
  if (breaker.over === 'hold' && breaker.maxHold !== undefined) {
    const message =
      'With `over: hold` nothing waits, so `maxHold` does nothing; leave one of them out.';
    const where = [...path, 'maxHold'];
    warnings.push({ rule: 'breaker-never-waits', message, path: where });
  }
  return warnings;
}
