import type { PlainValue } from './yamlWrite';

const plainKey = /^[\p{L}_][\p{L}\p{N}_-]*$/u;
const escapes: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A value as Terraform writes it, on one line. */
export function writeTfLiteral(value: PlainValue): string {
  if (typeof value === 'string') return writeText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(writeTfLiteral).join(', ')}]`;
  const entries = Object.entries(value).map(
    ([key, inner]) =>
      `${plainKey.test(key) ? key : writeText(key)} = ${writeTfLiteral(inner)}`,
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function writeText(text: string): string {
  const escaped = text
    .replace(/["\\\n\r\t]/g, sign => escapes[sign])
    .replace(
      /[\p{Cc}\u2028\u2029]/gu,
      sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    // Else they would begin an expression.
    .replace(/[$%](?=\{)/g, sign => sign + sign);
  return `"${escaped}"`;
}

/** @returns undefined for an expression that is no plain value, such as a heredoc or one that refers to something. */
export function parseTfLiteral(
  expression: string,
): { value: PlainValue } | undefined {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    const sticky = new RegExp(pattern.source, 'uy');
    sticky.lastIndex = at;
    const match = sticky.exec(expression)?.[0];
    at += match?.length ?? 0;
    return match;
  };
  const space = () => take(/(\s|(#|\/\/)[^\n]*(\n|$)|\/\*[^]*?\*\/)*/);
  const unknown = Symbol('unknown');
  type Found = PlainValue | typeof unknown;

  const text = (): string | typeof unknown => {
    const quoted = take(/"(?:[^"\\\n$%]|\\.|\$\$\{|%%\{|[$%](?!\{))*"/);
    if (quoted === undefined) return unknown;
    try {
      return JSON.parse(quoted.replace(/([$%])\1\{/g, '$1{'));
    } catch {
      return unknown;
    }
  };
  function list(): Found {
    const items: PlainValue[] = [];
    for (;;) {
      space();
      if (take(/\]/)) return items;
      const item = any();
      if (item === unknown) return unknown;
      items.push(item);
      space();
      if (!take(/,/) && expression[at] !== ']') return unknown;
    }
  }
  function map(): Found {
    const entries: [string, PlainValue][] = [];
    for (;;) {
      space();
      if (take(/\}/)) return Object.fromEntries(entries);
      const key = take(/[\p{L}_][\p{L}\p{N}_-]*/u) ?? text();
      space();
      if (key === unknown || !take(/=(?!=)|:/)) return unknown;
      space();
      const value = any();
      if (value === unknown) return unknown;
      entries.push([key, value]);
      take(/[ \t]*,?/);
    }
  }
  function any(): Found {
    if (expression[at] === '"') return text();
    if (take(/\[/)) return list();
    if (take(/\{/)) return map();
    const word = take(/-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?|true|false|null/);
    return word === undefined ? unknown : JSON.parse(word);
  }

  const value = any();
  space();
  return value === unknown || at < expression.length ? undefined : { value };
}
