import { celType, isCelUint, type CelValue } from '@bufbuild/cel';
import {
  compileExpression,
  shorten,
  type Bindings,
  type Expression,
  type Outcome,
} from '../cel/expression';
import { fromCel } from '../cel/values';
import type { Json } from '../json';
import { isTemplate, splitTemplate } from './split';

/** A value whose texts may hold `${{ }}`, parsed and planned once. @public */
export type Template = (bindings: Bindings) => Outcome<Json>;

/**
 * Compiles a value with everything inside it. A text that is one whole
 * `${{ }}` becomes the expression's value with its type; in a longer text each
 * expression is written out, which only text, numbers and truth values can be.
 *
 * @param isKept - texts that stay as they are, such as references to secrets
 * @throws SyntaxError when an expression is wrong; a sensor that was parsed has none.
 */
export function compileTemplate(
  value: unknown,
  variables: readonly string[],
  isKept: (text: string) => boolean = () => false,
): Template {
  if (isTemplate(value) && !isKept(value)) return compileText(value, variables);
  if (Array.isArray(value)) {
    const items = value.map(item => compileTemplate(item, variables, isKept));
    return bindings => collect(items, item => item(bindings));
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(
      ([key, item]) => [key, compileTemplate(item, variables, isKept)] as const,
    );
    return bindings => {
      const items = collect(fields, ([, item]) => item(bindings));
      if (!items.ok) return items;
      const entries = fields.map(([key], at) => [key, items.value[at]]);
      return { ok: true, value: Object.fromEntries(entries) };
    };
  }
  return () => ({ ok: true, value: value as Json });
}

function compileText(text: string, variables: readonly string[]): Template {
  const split = splitTemplate(text);
  if ('unclosedAt' in split) throw new SyntaxError('${{ is never closed');
  const pieces = split.pieces.map(piece =>
    'literal' in piece
      ? piece.literal
      : compileExpression(piece.expression, variables),
  );
  const [first] = pieces;
  if (pieces.length === 1 && typeof first === 'object') {
    return bindings => run(first, bindings, fromCel);
  }
  return bindings => {
    const texts = collect(pieces, piece =>
      typeof piece === 'string'
        ? { ok: true as const, value: piece }
        : run(piece, bindings, writeOut),
    );
    return texts.ok ? joinTexts(texts.value, text) : texts;
  };
}

/** Characters of one text with what its expressions gave; an input may have no more. */
const maxText = 1024 * 1024;

function joinTexts(pieces: readonly string[], text: string): Outcome<string> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length <= maxText) return { ok: true, value: pieces.join('') };
  const message = `\`${shorten(text)}\` makes a text of ${length} characters, more than the ${maxText} allowed; take only what is needed from the event.`;
  return { ok: false, reason: { code: 'tooLarge', message } };
}

/** Evaluates, and turns what the conversion throws into a reason as well. */
export function run<T>(
  expression: Expression,
  bindings: Bindings,
  convert: (value: CelValue) => T,
): Outcome<T> {
  const result = expression.evaluate(bindings);
  if (!result.ok) return result;
  try {
    return { ok: true, value: convert(result.value) };
  } catch (error) {
    const message = `\`${expression.text}\`: ${(error as Error).message}.`;
    const detail = { expression: expression.text };
    return { ok: false, reason: { code: 'expression', message, detail } };
  }
}

function writeOut(value: CelValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') {
    return String(value);
  }
  if (typeof value === 'number' || isCelUint(value)) {
    return String(fromCel(value));
  }
  throw new TypeError(
    `a ${celType(value).name} cannot stand inside a longer text; make it text with string(...) or join(...)`,
  );
}

/** All values, or the first reason why not. */
function collect<T, U>(
  items: readonly T[],
  each: (item: T) => Outcome<U>,
): Outcome<U[]> {
  const values: U[] = [];
  for (const item of items) {
    const result = each(item);
    if (!result.ok) return result;
    values.push(result.value);
  }
  return { ok: true, value: values };
}
