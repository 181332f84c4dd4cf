import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import { shorten, type Expression } from './cel/expression';
import type { CompiledDependency, CompiledSensor } from './compile';
import type { BoundEvent } from './eventBinding';
import { bindingsOf, resolveFiring, type FiringScope } from './firing';
import { keyOf } from './keyOf';
import { matchesDependency } from './match/matches';
import { falseFilter } from './match/falseFilter';

/**
 * What a sensor's own text says to an event, before anything that is
 * remembered is asked.
 *
 * @public
 */
export type Evaluation =
  | { result: 'notMatched'; reason: Reason }
  /** An expression failed: the event is held. */
  | { result: 'error'; reason: Reason }
  | Match;

/** Keys have at most 1,000 bytes in UTF-8. @public */
export interface Match {
  result: 'matched';
  /** The dependency that the event counts for. */
  dependency: string;
  dedupeKey?: string;
  windowKey?: string;
  rateKey?: string;
  /** What its run is made of. With a window only its events together tell: see `evaluateFiring`. */
  scope?: FiringScope;
}

/**
 * Asks one sensor about one event. Pure: the same sensor and event always give
 * the same answer.
 *
 * @public
 */
export function evaluate(
  compiled: CompiledSensor,
  bound: BoundEvent,
): Evaluation {
  const candidates = compiled.dependencies.filter(({ dependency }) =>
    matchesDependency(dependency, bound.event),
  );
  if (candidates.length === 0) return notListening(compiled, bound);

  let failed: Evaluation | undefined;
  let denied: Evaluation | undefined;
  for (const candidate of candidates) {
    const verdict = applyFilter(candidate, bound);
    if (verdict === undefined) return match(compiled, candidate, bound);
    if (verdict.result === 'error') failed ??= verdict;
    else denied ??= verdict;
  }
  return failed ?? denied!;
}

/** @returns undefined when the filter lets the event through. */
function applyFilter(
  { dependency, filter }: CompiledDependency,
  bound: BoundEvent,
): Evaluation | undefined {
  if (!filter) return undefined;
  const bindings = { event: bound.value };
  const outcome = filter.evaluate(bindings);
  const where = `The filter of \`${dependency.name}\``;
  if (!outcome.ok) return fail(where, outcome.reason);
  if (outcome.value === true) return undefined;
  if (outcome.value === false) {
    return {
      result: 'notMatched',
      reason: falseFilter(dependency.name, filter, bindings),
    };
  }
  return fail(where, {
    code: 'expression',
    message: `\`${shorten(filter.text)}\` is neither true nor false; compare it with something.`,
    detail: { expression: filter.text },
  });
}

function match(
  compiled: CompiledSensor,
  { dependency: { name } }: CompiledDependency,
  event: BoundEvent,
): Evaluation {
  const firing = [{ dependency: name, event }];
  let scope: FiringScope | undefined;
  const bound = bindingsOf(compiled, firing);
  if (!bound.ok) return { result: 'error', reason: bound.reason };
  let bindings = bound.value;
  if (!compiled.sensor.spec.window) {
    const resolved = resolveFiring(compiled, firing);
    if ('reason' in resolved) {
      return { result: 'error', reason: resolved.reason };
    }
    ({ scope, bindings } = resolved);
  }

  const keys: Pick<Match, 'dedupeKey' | 'windowKey' | 'rateKey'> = {};
  const wanted: Array<[keyof typeof keys, Expression | undefined, string]> = [
    ['dedupeKey', compiled.dedupeKey, 'The dedupe key'],
    ['windowKey', compiled.windowKey, 'The window key'],
    ['rateKey', compiled.rateKey, 'The rate limit key'],
  ];
  for (const [key, expression, where] of wanted) {
    if (!expression) continue;
    const told = keyOf(expression, bindings);
    if (!told.ok) return fail(where, told.reason);
    keys[key] = told.value;
  }
  return {
    result: 'matched',
    dependency: name,
    ...keys,
    ...(scope && { scope }),
  };
}

function fail(where: string, reason: Reason): Evaluation {
  return {
    result: 'error',
    reason: {
      ...reason,
      message: `${where} cannot be told: ${reason.message}`,
    },
  };
}

function notListening(
  { sensor, dependencies }: CompiledSensor,
  { event }: BoundEvent,
): Evaluation {
  const types = dependencies.map(({ dependency: { type, ingress } }) =>
    ingress === undefined ? type : `${type} from ${ingress}`,
  );
  return {
    result: 'notMatched',
    reason: {
      code: 'notListening',
      message: `${sensor.metadata.name} listens to ${types.join(', ')}; this is ${event.type} from ${event.ingress}.`,
    },
  };
}
