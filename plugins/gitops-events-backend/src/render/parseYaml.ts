import {
  Composer,
  Lexer,
  LineCounter,
  Parser,
  isAlias,
  isNode,
  visit,
  type Alias,
  type CST,
  type Document,
  type ParsedNode,
} from 'yaml';
import { EditError } from './editError';

/** Deeper than any manifest, far from where the composer, which recurses, runs out of stack. */
const maxDepth = 200;

export type YamlDocument = Document.Parsed<ParsedNode>;
export type YamlVersion = '1.1' | '1.2';

/**
 * `parseAllDocuments` of `yaml` with a limit on nesting. Without one, 100 KB of `- `
 * end the whole process: out of stack, V8 fails to compile a regular expression,
 * and that is fatal rather than an error (Node 22.23, yaml 2.9).
 *
 * @throws EditError `yamlUnreadable` with line and column.
 */
export function parseYaml(
  text: string,
  options: { version?: YamlVersion; keepSourceTokens?: boolean } = {},
): YamlDocument[] {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const fail = (offset: number, message: string): never => {
    const { line, col: column } = lines.linePos(offset);
    throw new EditError(
      'yamlUnreadable',
      `Line ${line}, column ${column}: ${message}`,
      { line, column },
    );
  };

  function* tokens(): Generator<CST.Token> {
    const parser = new Parser(lines.addNewLine);
    for (const lexeme of new Lexer().lex(text)) {
      yield* parser.next(lexeme);
      if (parser.stack.length > maxDepth) {
        fail(parser.offset, `It is nested deeper than ${maxDepth} levels.`);
      }
    }
    yield* parser.end();
  }

  const composer = new Composer<ParsedNode>({
    version: '1.2',
    merge: true,
    logLevel: 'silent',
    // To a reader of 1.1, `on` and `yes` are the same key.
    uniqueKeys: options.version !== '1.1',
    ...options,
  });
  const documents = [...composer.compose(tokens(), true, text.length)];
  for (const document of documents) {
    const [error] = document.errors;
    if (error) fail(error.pos[0], error.message);
    const dangling = danglingAlias(document);
    if (dangling) fail(dangling.range[0], `There is no &${dangling.source}.`);
  }
  return documents as YamlDocument[];
}

/** An alias without its anchor; `yaml` itself finds out only when it unfolds the values. */
function danglingAlias(document: YamlDocument): Alias.Parsed | undefined {
  const anchors = new Set<string>();
  let dangling: Alias.Parsed | undefined;
  visit(document, (_, node) => {
    if (isAlias(node) && !anchors.has(node.source)) {
      dangling = node as Alias.Parsed;
      return visit.BREAK;
    }
    if (isNode(node) && !isAlias(node) && node.anchor) anchors.add(node.anchor);
    return undefined;
  });
  return dangling;
}
