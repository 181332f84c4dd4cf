const blank = /[ \n\r\t]*/y;
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const string =
  // eslint-disable-next-line no-control-regex
  /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;

/**
 * Finds where a text stops being JSON; the engine's own message does not
 * always say so, and quotes the payload. Undefined when it is JSON.
 */
export function jsonErrorOffset(text: string): number | undefined {
  /** What each open bracket expects: the sign that closes it. */
  const open: string[] = [];
  let expecting: 'value' | 'name' | 'end' = 'value';
  /** Right after an opening bracket, where it may close at once. */
  let fresh = false;

  for (let at = after(blank, text, 0)!; ; at = after(blank, text, at)!) {
    const sign = text[at];
    const closes = open.length > 0 && sign === open[open.length - 1];
    if (closes && (expecting === 'end' || fresh)) {
      open.pop();
      at += 1;
      expecting = 'end';
      fresh = false;
    } else if (expecting === 'end') {
      if (open.length === 0) return at === text.length ? undefined : at;
      if (sign !== ',') return at;
      at += 1;
      expecting = open[open.length - 1] === '}' ? 'name' : 'value';
    } else if (expecting === 'name') {
      const end = after(string, text, at);
      if (end === undefined) return at;
      const colon = after(blank, text, end)!;
      if (text[colon] !== ':') return colon;
      at = colon + 1;
      expecting = 'value';
      fresh = false;
    } else if (sign === '{' || sign === '[') {
      open.push(sign === '{' ? '}' : ']');
      at += 1;
      expecting = sign === '{' ? 'name' : 'value';
      fresh = true;
    } else {
      const end = after(string, text, at) ?? after(scalar, text, at);
      if (end === undefined) return at;
      at = end;
      expecting = 'end';
      fresh = false;
    }
  }
}

/** Where a match that starts at `at` ends. */
function after(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
