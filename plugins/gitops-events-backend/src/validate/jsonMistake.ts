const blank = /[ \t\n\r]*/y;
const token =
  // eslint-disable-next-line no-control-regex
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

/** What may come next: a value, a key, or what separates them. */
type Wanted = 'value' | 'key' | 'colon' | 'separator';

/**
 * Where a text that is no JSON goes wrong, as an offset; the engine itself does
 * not always say. Undefined where nothing is wrong.
 */
export function jsonMistake(text: string): number | undefined {
  const open: Array<'{' | '['> = [];
  let wanted: Wanted = 'value';
  let mayClose = false;
  let at = 0;
  for (;;) {
    blank.lastIndex = at;
    const start = at + blank.exec(text)![0].length;
    if (start === text.length) {
      return open.length === 0 && wanted === 'separator' ? undefined : start;
    }
    token.lastIndex = at;
    const found = token.exec(text);
    if (!found) return start;
    const [, sign, word] = found;
    const isValue = sign === undefined;
    const inside = open[open.length - 1];
    if (sign === '}' || sign === ']') {
      const closes = sign === '}' ? '{' : '[';
      if (inside !== closes || !(mayClose || wanted === 'separator')) {
        return start;
      }
      open.pop();
      wanted = 'separator';
    } else if (sign === ',') {
      if (wanted !== 'separator' || !inside) return start;
      wanted = inside === '{' ? 'key' : 'value';
      mayClose = false;
    } else if (sign === ':') {
      if (wanted !== 'colon') return start;
      wanted = 'value';
    } else if (wanted === 'key') {
      if (word === undefined) return start;
      wanted = 'colon';
      mayClose = false;
    } else if (wanted !== 'value') {
      return start;
    } else if (isValue) {
      wanted = 'separator';
    } else {
      open.push(sign as '{' | '[');
      wanted = sign === '{' ? 'key' : 'value';
      mayClose = true;
      at = token.lastIndex;
      continue;
    }
    mayClose = false;
    at = token.lastIndex;
  }
}
