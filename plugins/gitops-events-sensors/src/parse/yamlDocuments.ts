import {
  Composer,
  Lexer,
  Parser,
  type CST,
  type Document,
  type DocumentOptions,
  type LineCounter,
  type ParsedNode,
  type ParseOptions,
  type SchemaOptions,
} from 'yaml';

/** Far deeper than any manifest, far from where the composer, which recurses, runs out of stack. */
const maxDepth = 200;

/**
 * `parseAllDocuments` of `yaml` with a limit on nesting. Without one, 100 KB of `- `
 * end the whole process: out of stack, V8 cannot compile a regular expression, and
 * that is fatal rather than an error (Node 22.23, yaml 2.9). Text that is nested
 * too deep gives a document with an error, as other mistakes do.
 *
 * @public
 */
export function parseYamlDocuments(
  text: string,
  options: ParseOptions &
    DocumentOptions &
    SchemaOptions & { lineCounter?: LineCounter } = {},
  forceDocument = false,
): Document.Parsed<ParsedNode>[] {
  const { lineCounter } = options;
  lineCounter?.addNewLine(0);
  const parser = new Parser(lineCounter?.addNewLine);
  function* tokens(): Generator<CST.Token> {
    for (const lexeme of new Lexer().lex(text)) {
      yield* parser.next(lexeme);
      if (parser.stack.length > maxDepth) {
        yield {
          type: 'error',
          offset: parser.offset,
          source: '',
          message: `Nested deeper than ${maxDepth} levels`,
        };
        break;
      }
    }
    yield* parser.end();
  }
  const composer = new Composer<ParsedNode>({
    prettyErrors: false,
    logLevel: 'silent',
    ...options,
  });
  return [...composer.compose(tokens(), forceDocument, text.length)];
}
