import {
  celType,
  isCelList,
  isCelMap,
  isCelUint,
  plan,
  parse,
  isCelError,
  type CelValue,
} from '@bufbuild/cel';
import type { Json } from '../json';
import { environment } from './environment';
import { shorten } from './expression';

/** What is shown of one value. */
const maxText = 200;
const maxItems = 10;
const maxDepth = 3;

/** A value as JSON for people, of a bounded size: what is left out leaves "…". */
export function abbreviate(value: CelValue, depth = 0): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return shorten(value, maxText);
  if (typeof value === 'number') return finite(value);
  if (typeof value === 'bigint') return whole(value);
  if (isCelUint(value)) return whole(value.value);
  if (isCelList(value)) {
    if (depth === maxDepth) return value.size ? '[…]' : [];
    const items: Json[] = [];
    for (const item of value) {
      if (items.length === maxItems) return [...items, '…'];
      items.push(abbreviate(item, depth + 1));
    }
    return items;
  }
  if (isCelMap(value)) {
    if (depth === maxDepth) return value.size ? '{…}' : {};
    const fields: Array<[string, Json]> = [];
    for (const [key, item] of value.entries()) {
      if (fields.length === maxItems) {
        fields.push(['…', '…']);
        break;
      }
      const name = String(isCelUint(key) ? key.value : key);
      fields.push([shorten(name, maxText), abbreviate(item, depth + 1)]);
    }
    return Object.fromEntries(fields);
  }
  return asText(value);
}

function finite(value: number): Json {
  return Number.isFinite(value) ? value : String(value);
}

function whole(value: bigint): Json {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

const toText = plan(environment, parse('string(value)'));

/** Bytes, times and durations as CEL writes them; of a type its name. */
function asText(value: CelValue): string {
  const text = toText({ value: value as never });
  return isCelError(text) || typeof text !== 'string'
    ? celType(value).name
    : shorten(text, maxText);
}
