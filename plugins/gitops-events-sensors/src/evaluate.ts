import type { CelInput } from '@bufbuild/cel';
import type {
  Reason,
  Target,
} from '@gitops-events/plugin-gitops-events-common';
import { shorten, type Bindings, type Outcome } from './cel/expression';
import { fromCel, toCel } from './cel/values';
import type { CompiledDependency, CompiledSensor } from './compile';
import { normalizeEntityRef } from './entityRef';
import type { BoundEvent } from './eventBinding';
import { refuseLarge, type Json } from './json';
import { matchesDependency } from './match/matches';
import { falseFilter } from './match/falseFilter';
import { isPrintable, printable } from './printable';
import { run, type Template } from './template/template';

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

/** @public */
export interface Match {
  result: 'matched';
  /** The dependency that completed the condition. */
  dependency: string;
  title: string;
  params: { [name: string]: Json };
  /** At most 1,000 bytes in UTF-8. */
  dedupeKey?: string;
  /** In full form, lower case. */
  entityRef?: string;
  target?: Target;
  context?: Record<string, string>;
}

const none: Outcome<undefined> = { ok: true, value: undefined };

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
    if (verdict === undefined) return fire(compiled, candidate, bound);
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

/** Characters of JSON; params are kept with each run. */
const maxParamsLength = 64 * 1024;

function fire(
  compiled: CompiledSensor,
  { dependency }: CompiledDependency,
  bound: BoundEvent,
): Evaluation {
  const base = {
    event: bound.value,
    events: new Map([[dependency.name, bound.value]]) as CelInput,
  };
  const params = compiled.params(base);
  if (!params.ok) return fail('A param', params.reason);
  const tooLarge = refuseLarge(params.value, maxParamsLength);
  if (tooLarge) return fail('The params', tooLarge);
  const bindings: Bindings = { ...base, params: toCel(params.value) };

  const title = text(compiled.title, bindings, 500);
  if (!title.ok) return fail('The title', title.reason);
  const dedupeKey = compiled.dedupeKey
    ? run(compiled.dedupeKey, bindings, value => asKey(fromCel(value)))
    : none;
  if (!dedupeKey.ok) return fail('The dedupe key', dedupeKey.reason);
  const entityRef = resolveEntity(compiled, bindings, bound);
  if (!entityRef.ok) return fail('The entity', entityRef.reason);
  const target = texts(compiled.target, bindings);
  if (!target.ok) return fail('The target', target.reason);
  const context = texts(compiled.context, bindings);
  if (!context.ok) return fail('The context', context.reason);

  return {
    result: 'matched',
    dependency: dependency.name,
    title: title.value,
    params: params.value as Match['params'],
    dedupeKey: dedupeKey.value,
    entityRef: entityRef.value,
    target: target.value,
    context: context.value,
  };
}

function resolveEntity(
  compiled: CompiledSensor,
  bindings: Bindings,
  bound: BoundEvent,
): Outcome<string | undefined> {
  if (!compiled.entity) return { ok: true, value: bound.event.entityRef };
  const ref = text(compiled.entity, bindings, 500);
  if (!ref.ok) return ref;
  const value = normalizeEntityRef(ref.value);
  if (value !== undefined) return { ok: true, value };
  const message = `"${shorten(ref.value)}" does not name an entity; write it in full, such as component:default/shop.`;
  return { ok: false, reason: { code: 'entityRef', message } };
}

/** A value as text, cut to `length` characters. */
function text(
  template: Template,
  bindings: Bindings,
  length: number,
): Outcome<string> {
  const outcome = template(bindings);
  if (!outcome.ok) return outcome;
  const { value } = outcome;
  const whole = typeof value === 'string' ? value : JSON.stringify(value);
  return { ok: true, value: printable(whole.slice(0, length)) };
}

function texts(
  template: Template | undefined,
  bindings: Bindings,
): Outcome<Record<string, string> | undefined> {
  if (!template) return none;
  const outcome = template(bindings);
  if (!outcome.ok) return outcome;
  const entries = Object.entries(outcome.value as object).map(
    ([name, value]) => [
      name,
      printable(typeof value === 'string' ? value : JSON.stringify(value)),
    ],
  );
  return { ok: true, value: Object.fromEntries(entries) };
}

/** A list or map is a key too, by its JSON; so is a text that a database would not take as it is. */
function asKey(value: Json): string {
  const key =
    typeof value === 'string' && isPrintable(value)
      ? value
      : JSON.stringify(value);
  if (new TextEncoder().encode(key).length <= 1000) return key;
  throw new RangeError('the key is longer than 1000 bytes');
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
