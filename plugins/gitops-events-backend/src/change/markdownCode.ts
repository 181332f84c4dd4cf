import { oneLine } from './message';

/** Text as a Markdown code span, on one line: forges take nothing in it for more than text. */
export function code(text: string, length = 200): string {
  const line = oneLine(text, length) || ' ';
  const fence = fenceFor(line, 1);
  const pad = /^`|`$/.test(line) ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Longer than each run of backticks in the text. */
export function fenceFor(text: string, least: number): string {
  const longest = Math.max(
    0,
    ...[...text.matchAll(/`+/g)].map(m => m[0].length),
  );
  return '`'.repeat(Math.max(least, longest + 1));
}
