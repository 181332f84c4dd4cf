import { parseYamlDocuments } from '@gitops-events/plugin-gitops-events-sensors';
import {
  isAlias,
  isNode,
  visit,
  type Alias,
  type Document,
  type ParsedNode,
} from 'yaml';
import { EditError } from './editError';

export type YamlDocument = Document.Parsed<ParsedNode>;
export type YamlVersion = '1.1' | '1.2';

/**
 * The documents of a file, at least one, all of them without a mistake.
 *
 * @throws EditError `yamlUnreadable` with line and column.
 */
export function parseYaml(
  text: string,
  options: { version?: YamlVersion; keepSourceTokens?: boolean } = {},
): YamlDocument[] {
  const fail = (offset: number, message: string): never => {
    // `LineCounter` loses lines inside of a text that is never closed.
    const before = text.slice(0, offset).split('\n');
    const [line, column] = [before.length, before.at(-1)!.length + 1];
    throw new EditError(
      'yamlUnreadable',
      `Line ${line}, column ${column}: ${message}.`,
      { line, column },
    );
  };
  const documents = parseYamlDocuments(
    text,
    {
      version: '1.2',
      merge: true,
      // To a reader of 1.1, `on` and `yes` are the same key.
      uniqueKeys: options.version !== '1.1',
      ...options,
    },
    true,
  );
  for (const document of documents) {
    const [error] = document.errors;
    if (error) fail(error.pos[0], error.message);
    const dangling = text.includes('*') && danglingAlias(document);
    if (dangling) fail(dangling.range[0], `There is no &${dangling.source}`);
  }
  return documents;
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
