import { EditError } from './editError';

/** One `name = expression` of a variable definitions file; offsets into the text. */
export interface TfAssignment {
  name: string;
  /** Of the expression, without comments behind it. */
  from: number;
  to: number;
}

const blank = /[ \t]+/y;
const lineBreak = /\r?\n/y;
const comment = /(?:#|\/\/)[^\n\r]*|\/\*[^]*?\*\//y;
const name = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const heredoc = /<<(-?)([\p{L}_][\p{L}\p{N}_-]*)\r?\n/uy;
const pairs: Record<string, string> = { '[': ']', '{': '}', '(': ')' };

/**
 * The assignments of a `.tfvars` file, in their order. Expressions are only
 * told apart, not evaluated: `terraform` takes literal values there.
 *
 * @throws EditError `tfvarsUnreadable` with the line.
 */
export function readTfvars(text: string): TfAssignment[] {
  let at = 0;

  const fail = (expected: string): never => {
    const line = text.slice(0, at).split('\n').length;
    throw new EditError(
      'tfvarsUnreadable',
      `Line ${line} is not of the form name = value: expected ${expected}.`,
      { line },
    );
  };
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  const skip = (...patterns: RegExp[]) => {
    while (patterns.some(take));
  };

  /** A quoted text; `${ }` and `%{ }` inside hold expressions, and more quotes. */
  function takeQuoted(): void {
    at += 1;
    while (text[at] !== '"') {
      if (at >= text.length || text[at] === '\n') fail('a closing quote');
      if (text[at] === '\\') at += 2;
      else if (/^(\$\$|%%)\{/.test(text.slice(at, at + 3))) at += 3;
      else if (/^[$%]\{/.test(text.slice(at, at + 2))) {
        at += 1;
        takeBracket();
      } else at += 1;
    }
    at += 1;
  }
  const takeHeredoc = ([, , end]: RegExpExecArray) => {
    const close = new RegExp(`^[ \\t]*${end}[ \\t]*(?=\\r?$)`, 'gmu');
    close.lastIndex = at;
    if (!close.exec(text)) fail(`a line that says ${end}`);
    at = close.lastIndex;
  };
  function takeBracket(): void {
    const close = pairs[text[at]];
    at += 1;
    for (;;) {
      skip(blank, lineBreak, comment);
      if (at >= text.length) fail(`"${close}"`);
      if (text[at] === close) break;
      takePart();
    }
    at += 1;
  }
  /** One part of an expression: a text, something in brackets, or a sign. */
  function takePart(): void {
    const opened = take(heredoc);
    if (opened) takeHeredoc(opened);
    else if (text[at] === '"') takeQuoted();
    else if (Object.hasOwn(pairs, text[at])) takeBracket();
    else if (')]}'.includes(text[at])) fail('what it closes');
    else at += 1;
  }

  const found: TfAssignment[] = [];
  if (text.startsWith('\ufeff')) at = 1;
  for (;;) {
    skip(blank, lineBreak, comment);
    if (at >= text.length) return found;
    const named = take(name)?.[0] ?? fail('a name');
    skip(blank, comment);
    if (text[at] !== '=' || text[at + 1] === '=') fail('"="');
    at += 1;
    skip(blank, comment);
    const from = at;
    let to = at;
    while (at < text.length && !/[\r\n]/.test(text[at])) {
      if (take(comment)) continue;
      if (take(blank)) continue;
      takePart();
      to = at;
    }
    if (to === from) fail('a value');
    found.push({ name: named, from, to });
  }
}
