import type { Json } from '@gitops-events/plugin-gitops-events-sensors';

/** Deeper, no expression reads it; far below where what copies it runs out of stack. */
const MAX_DEPTH = 64;

/** Strings, numbers and brackets of a text that is JSON. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[[\]{}]/g;

/**
 * JSON as expressions see it. A whole number that JavaScript would round is
 * given as text, digit by digit: two ids must not become one.
 *
 * @returns undefined where the text is no JSON, `tooDeep` where nothing may be made of it
 */
export function jsonForMaps(
  text: string,
): { json: Json } | 'tooDeep' | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  let depth = 0;
  let deepest = 0;
  const exact = text.replace(tokens, token => {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    if (token === ']' || token === '}') depth -= 1;
    return isRounded(token) ? `"${token}"` : token;
  });
  return deepest > MAX_DEPTH ? 'tooDeep' : { json: JSON.parse(exact) };
}

function isRounded(token: string): boolean {
  return /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token));
}
