import type { Bindings, Expression, Outcome } from './cel/expression';
import { fromCel } from './cel/values';
import type { Json } from './json';
import { isPrintable } from './printable';
import { run } from './template/template';

/** What an expression says, as a key. */
export function keyOf(
  expression: Expression,
  bindings: Bindings,
): Outcome<string> {
  return run(expression, bindings, value => asKey(fromCel(value)));
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
