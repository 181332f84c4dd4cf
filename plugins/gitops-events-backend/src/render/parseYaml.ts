import { RecentMap } from '@gitops-events/plugin-gitops-events-node';
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

/** Characters of texts whose documents are kept; those weigh some fifty times as much, */
const KEPT = 512 * 1024;
/** and however short a text is, as much as one of so many characters. */
const LEAST = 1_024;

const kept = new RecentMap<YamlDocument[]>(KEPT);

/**
 * The documents of a file, at least one, all of them without a mistake, with
 * the tokens they were made from. What one run has written is read back, checked
 * and edited by the next: who asks again for one text gets the same documents,
 * so nobody may change them.
 *
 * @throws EditError `yamlUnreadable` with line and column.
 */
export function parseYaml(
  text: string,
  version: YamlVersion = '1.2',
): YamlDocument[] {
  const key = `${version} ${text}`;
  const known = kept.get(key);
  if (known) return known;
  const documents = parseYamlAnew(text, version);
  kept.set(key, documents, Math.max(text.length, LEAST));
  return documents;
}

/** The same, as documents that whoever asks may change. */
export function parseYamlAnew(
  text: string,
  version: YamlVersion,
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
      version,
      merge: true,
      keepSourceTokens: true,
      // To a reader of 1.1, `on` and `yes` are the same key.
      uniqueKeys: version !== '1.1',
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
