import {
  celType,
  isCelList,
  isCelMap,
  isCelUint,
  type CelInput,
  type CelValue,
} from '@bufbuild/cel';
import type { Json } from '../json';

/** Payloads nested deeper than this are not bound: each level costs a stack frame in every walk over them. */
const maxNesting = 64;

/**
 * JSON as CEL sees it. Integers within 2^53 become int, because `count + 1` is
 * an error for a double; objects become maps; what is undefined is left out, so
 * that reading it is a missing field.
 *
 * @throws RangeError when it is nested deeper than 64 levels.
 * @public
 */
export function toCel(value: unknown, depth = 0): CelInput {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? BigInt(value) : value;
  }
  if (typeof value !== 'object' || value === null) return value as CelInput;
  if (depth === maxNesting) {
    throw new RangeError(`it is nested deeper than ${maxNesting} levels`);
  }
  if (Array.isArray(value)) return value.map(item => toCel(item, depth + 1));
  const map = new Map<string, CelInput>();
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) map.set(key, toCel(item, depth + 1));
  }
  return map;
}

/** Characters of JSON, about; one value may be held many times, which JSON would write out. */
const maxJson = 1024 * 1024;

/**
 * A result of CEL as JSON.
 *
 * @throws TypeError when JSON cannot hold it, with what to do instead.
 */
export function fromCel(value: CelValue): Json {
  return convert(value, { left: maxJson });
}

function convert(value: CelValue, budget: { left: number }): Json {
  budget.left -= typeof value === 'string' ? value.length : 1;
  if (budget.left < 0) {
    throw new TypeError(
      `the result is more than ${maxJson} characters of JSON; take only what is needed`,
    );
  }
  if (value === null) return null;
  if (typeof value === 'bigint') return toNumber(value);
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new TypeError(`the result is ${value}, which JSON cannot hold`);
  }
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (isCelUint(value)) return toNumber(value.value);
  if (isCelList(value)) {
    return Array.from(value, item => convert(item, budget));
  }
  if (isCelMap(value)) {
    return Object.fromEntries(
      Array.from(value.entries(), ([key, item]) => [
        String(isCelUint(key) ? key.value : key),
        convert(item, budget),
      ]),
    );
  }
  throw new TypeError(
    `the result is of type ${celType(value).name}; make it text with string(...)`,
  );
}

function toNumber(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new TypeError(
    `the result ${value} is beyond 2^53; make it text with string(...)`,
  );
}
