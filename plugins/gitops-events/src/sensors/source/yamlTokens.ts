/** A stretch of a line of YAML, by what it is to a reader. */
export interface YamlToken {
  kind: 'comment' | 'key' | 'template' | 'text';
  text: string;
}

const keyOfLine =
  /^(\s*(?:-\s+)*)((?:"[^"]*"|'[^']*'|[^\s#"'{[][^#:]*?))(:)(?=\s|$)/;
const comment = /^#|\s#/;
const template = /(\$\{\{.*?\}\})/;

/** Cuts a line for colouring. It goes line by line, so text blocks are read as what they look like. */
export function yamlTokens(line: string): YamlToken[] {
  const key = keyOfLine.exec(line);
  const head: YamlToken[] = key
    ? [
        { kind: 'text', text: key[1] },
        { kind: 'key', text: key[2] },
        { kind: 'text', text: key[3] },
      ]
    : [];
  const rest = key ? line.slice(key[0].length) : line;
  const commentAt = startOfComment(rest);
  const value = rest.slice(0, commentAt);
  return [
    ...head,
    ...value.split(template).map((text, index): YamlToken => ({
      kind: index % 2 ? 'template' : 'text',
      text,
    })),
    { kind: 'comment' as const, text: rest.slice(commentAt) },
  ].filter(({ text }) => text !== '');
}

/** A `#` within quotes or a template starts no comment. */
function startOfComment(text: string): number {
  const masked = text.replace(
    /"(?:[^"\\]|\\.)*"|'[^']*'|\$\{\{.*?\}\}/g,
    quoted => '_'.repeat(quoted.length),
  );
  const found = comment.exec(masked);
  return found ? found.index : text.length;
}
