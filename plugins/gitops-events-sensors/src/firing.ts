import type { CelInput } from '@bufbuild/cel';
import type {
  Reason,
  Target,
} from '@gitops-events/plugin-gitops-events-common';
import { shorten, type Bindings, type Outcome } from './cel/expression';
import { toCel } from './cel/values';
import type { CompiledSensor } from './compile';
import { normalizeEntityRef } from './entityRef';
import type { BoundEvent } from './eventBinding';
import { refuseLarge, type Json } from './json';
import { keyOf } from './keyOf';
import { printable } from './printable';
import type { Template } from './template/template';

/** An event of a firing, by the dependency it counts for. @public */
export interface FiringEvent {
  dependency: string;
  event: BoundEvent;
}

/** What a run is made of. @public */
export interface FiringScope {
  title: string;
  params: { [name: string]: Json };
  /** In full form, lower case. */
  entityRef?: string;
  target?: Target;
  context?: Record<string, string>;
  /** At most 1,000 bytes in UTF-8. */
  concurrencyKey?: string;
}

/** Characters of JSON; params are kept with each run. */
const maxParamsLength = 64 * 1024;

const none: Outcome<undefined> = { ok: true, value: undefined };

/**
 * What the events of a firing come to, in the order they came; the last one is
 * `event`.
 *
 * @public
 */
export function evaluateFiring(
  compiled: CompiledSensor,
  firing: readonly FiringEvent[],
): { scope: FiringScope } | { reason: Reason } {
  const resolved = resolveFiring(compiled, firing);
  return 'reason' in resolved ? resolved : { scope: resolved.scope };
}

/**
 * Binds `event`, `events` and, with a window, `window`; a dependency's
 * `transform` has its say first.
 */
export function bindingsOf(
  compiled: CompiledSensor,
  firing: readonly FiringEvent[],
): Outcome<Bindings> {
  const values: CelInput[] = [];
  for (const { dependency, event } of firing) {
    const value = transformed(compiled, dependency, event);
    if (!value.ok) return value;
    values.push(value.value);
  }
  const events = new Map(
    firing.map(({ dependency }, at) => [dependency, values[at]]),
  );
  const bindings: Bindings = {
    event: values[values.length - 1],
    events: events as CelInput,
  };
  if (compiled.sensor.spec.window) {
    bindings.window = new Map([['events', values]]) as CelInput;
  }
  return { ok: true, value: bindings };
}

/** As {@link evaluateFiring}, with the bindings that it made. */
export function resolveFiring(
  compiled: CompiledSensor,
  firing: readonly FiringEvent[],
): { scope: FiringScope; bindings: Bindings } | { reason: Reason } {
  const base = bindingsOf(compiled, firing);
  if (!base.ok) return base;
  const params = compiled.params(base.value);
  if (!params.ok) return fail('A param', params.reason);
  const tooLarge = refuseLarge(params.value, maxParamsLength);
  if (tooLarge) return fail('The params', tooLarge);
  const bindings: Bindings = { ...base.value, params: toCel(params.value) };

  const title = text(compiled.title, bindings, 500);
  if (!title.ok) return fail('The title', title.reason);
  const { event } = firing[firing.length - 1].event;
  const entityRef = resolveEntity(compiled, bindings, event.entityRef);
  if (!entityRef.ok) return fail('The entity', entityRef.reason);
  const target = texts(compiled.target, bindings);
  if (!target.ok) return fail('The target', target.reason);
  const context = texts(compiled.context, bindings);
  if (!context.ok) return fail('The context', context.reason);
  const concurrencyKey = compiled.concurrencyKey
    ? keyOf(compiled.concurrencyKey, bindings)
    : none;
  if (!concurrencyKey.ok) {
    return fail('The concurrency key', concurrencyKey.reason);
  }
  const scope = {
    title: title.value,
    params: params.value as FiringScope['params'],
    entityRef: entityRef.value,
    target: target.value,
    context: context.value,
    ...(compiled.concurrencyKey && { concurrencyKey: concurrencyKey.value }),
  };
  return { scope, bindings };
}

function transformed(
  { dependencies }: CompiledSensor,
  name: string,
  { value }: BoundEvent,
): Outcome<CelInput> {
  const found = dependencies.find(({ dependency }) => dependency.name === name);
  if (!found?.transform) return { ok: true, value };
  const data = found.transform.evaluate({ event: value });
  if (!data.ok) {
    const { reason } = fail(`The transform of \`${name}\``, data.reason);
    return { ok: false, reason };
  }
  const fields = [...(value as Map<string, CelInput>)];
  return {
    ok: true,
    value: new Map([...fields, ['data', data.value as CelInput]]) as CelInput,
  };
}

function resolveEntity(
  { entity }: CompiledSensor,
  bindings: Bindings,
  ofEvent: string | undefined,
): Outcome<string | undefined> {
  if (!entity) return { ok: true, value: ofEvent };
  const ref = text(entity, bindings, 500);
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

function fail(where: string, reason: Reason): { reason: Reason } {
  const message = `${where} cannot be told: ${reason.message}`;
  return { reason: { ...reason, message } };
}
