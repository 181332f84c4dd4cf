/**
 * Nunjitsu gives an empty text for what is missing, everywhere. Here each name
 * that an expression reads, with its members (`params.team.name`), is put through
 * a function that throws when it is undefined: `demand(params.team.name, "...")`.
 *
 * Left as they are: what goes to `default` or to a test (`is defined`), what is
 * called, and all that binds a name. Text that does not lex is left for nunjitsu
 * to complain about; no line break is added, so its line numbers stay true.
 */
export function demandDefined(source: string, demand: string): string {
  let out = '';
  let at = 0;
  for (;;) {
    const opening = source.slice(at).search(/\$\{\{|\{%|\{#/);
    if (opening < 0) return out + source.slice(at);
    const start = at + opening;
    out += source.slice(at, start);
    const tag = source.startsWith('${{', start)
      ? '${{'
      : source.slice(start, start + 2);
    const end = tagEnd(source, start + tag.length, tag);
    if (end < 0) return out + source.slice(start);
    const inner = source.slice(start + tag.length, end);
    const close = source.slice(end, end + 2);
    out += tag + rewriteTag(tag, inner, demand) + close;
    at = end + 2;
    const raw = tag === '{%' && /^-?\s*(raw|verbatim)\s*-?$/.exec(inner)?.[1];
    if (raw) {
      const rawEnd = endOfRaw(source, at, raw);
      out += source.slice(at, rawEnd);
      at = rawEnd;
    }
  }
}

function tagEnd(source: string, from: number, tag: string): number {
  if (tag === '{#') return source.indexOf('#}', from);
  const close = tag === '{%' ? '%}' : '}}';
  let at = from;
  while (at < source.length && !source.startsWith(close, at)) {
    at += tokenAt(source, at).length;
  }
  return at < source.length ? at : -1;
}

/** Where the tag that ends the raw text starts; raw tags may be nested. */
function endOfRaw(source: string, from: number, name: string): number {
  const marker = new RegExp(`\\{%\\s*(end)?${name}\\s*-?%\\}`, 'g');
  marker.lastIndex = from;
  let depth = 1;
  for (let match = marker.exec(source); match; match = marker.exec(source)) {
    depth += match[1] ? -1 : 1;
    if (depth === 0) return match.index;
  }
  return source.length;
}

/** Longer ones are data and belong in params; each name costs a look at what follows it. */
const maxTag = 16 * 1024;

function rewriteTag(tag: string, inner: string, demand: string): string {
  if (tag === '{#') return inner;
  if (inner.length > maxTag) {
    throw new Error(
      `A tag is longer than ${maxTag} characters; put its data in params: ${tag}${inner.slice(0, 40)}...`,
    );
  }
  if (tag === '${{') return rewriteExpression(inner, demand);
  const [, head, body] = /^(-?\s*(?:[a-z]+\b)?)([^]*)$/.exec(inner)!;
  switch (head.replace(/^-?\s*/, '')) {
    case 'if':
    case 'elif':
    case 'elseif':
    case 'switch':
    case 'case':
      return head + rewriteExpression(body, demand);
    case 'for':
      return head + rewriteBehind(body, 'in', demand);
    case 'set':
      return head + rewriteBehind(body, '=', demand);
    default:
      return inner;
  }
}

/** Only what follows the first such token: names before it are bound, not read. */
function rewriteBehind(body: string, token: string, demand: string): string {
  for (let at = 0; at < body.length;) {
    const next = tokenAt(body, at);
    at += next.length;
    if (next === token) {
      return body.slice(0, at) + rewriteExpression(body.slice(at), demand);
    }
  }
  return body;
}

const tokenPattern =
  /\s+|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|r\/(?:[^\\/]|\\[^])*\/[gimy]*|[0-9]+(?:\.[0-9]*)?[A-Za-z0-9_]*|[A-Za-z_][A-Za-z0-9_]*|[=!]==?|[^]/y;
const keywords = new Set(
  'and or not in is if else true false none null'.split(' '),
);

function tokenAt(source: string, at: number): string {
  tokenPattern.lastIndex = at;
  return tokenPattern.exec(source)?.[0] ?? source[at];
}

function rewriteExpression(source: string, demand: string): string {
  let out = '';
  let previous = '';
  const open: string[] = [];
  for (let at = 0; at < source.length;) {
    const token = tokenAt(source, at);
    const inObject = open.at(-1) === '{';
    const isKey = inObject && '{,'.includes(previous) && previous !== '';
    if (
      isName(token) &&
      !keywords.has(token) &&
      !isKey &&
      !['.', '|', 'is', 'is not'].includes(previous)
    ) {
      const end = endOfChain(source, at + token.length);
      const chain = source.slice(at, end);
      out += mayBeMissing(source.slice(end))
        ? chain
        : `${demand}(${rewriteSubscripts(chain, demand)}, ${JSON.stringify(chain.slice(0, 100))})`;
      previous = token;
      at = end;
      continue;
    }
    if ('([{'.includes(token)) open.push(token);
    if (')]}'.includes(token)) open.pop();
    if (token.trim() !== '') {
      previous = previous === 'is' && token === 'not' ? 'is not' : token;
    }
    out += token;
    at += token.length;
  }
  return out;
}

function isName(token: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(token);
}

/** Called, bound as an argument, given a default, or asked whether it is there. */
function mayBeMissing(behind: string): boolean {
  return /^\s*(?:\(|=(?!=)|\|\s*(?:default|d)\b|is\s+(?:not\s+)?(?:un)?defined\b)/.test(
    behind,
  );
}

/** Behind the members (`.name`, `[...]`) that follow a name. */
function endOfChain(source: string, from: number): number {
  let end = from;
  for (;;) {
    const member = /^\s*\.\s*[A-Za-z0-9_]+/.exec(source.slice(end))?.[0];
    const subscript = member ? 0 : subscriptLength(source, end);
    if (!member && !subscript) return end;
    end += member?.length ?? subscript;
  }
}

function subscriptLength(source: string, from: number): number {
  if (source[from] !== '[') return 0;
  let depth = 0;
  for (let at = from; at < source.length;) {
    const token = tokenAt(source, at);
    at += token.length;
    if (token === '[') depth += 1;
    if (token === ']') depth -= 1;
    if (depth === 0) return at - from;
  }
  return 0;
}

function rewriteSubscripts(chain: string, demand: string): string {
  const bracket = chain.indexOf('[');
  if (bracket < 0) return chain;
  const length = subscriptLength(chain, bracket);
  const inner = chain.slice(bracket + 1, bracket + length - 1);
  const rest = chain.slice(bracket + length);
  return `${chain.slice(0, bracket)}[${rewriteExpression(inner, demand)}]${rewriteSubscripts(rest, demand)}`;
}
