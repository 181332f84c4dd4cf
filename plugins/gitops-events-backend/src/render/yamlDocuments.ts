import {
  isAlias,
  isMap,
  isScalar,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { EditError } from './editError';
import type { YamlDocument } from './parseYaml';
import { formatConditions, type Condition } from './yamlPath';

type Pair = YAMLMap.Parsed['items'][number];

/**
 * Index of the document meant; of several empty ones the last, which ends the text.
 *
 * @throws EditError `documentNotSelected` that says how to select.
 */
export function selectDocument(
  documents: YamlDocument[],
  where: Condition[],
): number {
  const filled = documents.filter(({ contents }) => !isEmpty(contents));
  if (where.length === 0) {
    if (filled.length > 1) {
      throw new EditError(
        'documentNotSelected',
        `The file has ${filled.length} documents. Say which one in front of the path, such as [kind=Deployment,metadata.name=web]/spec.replicas.`,
      );
    }
    return documents.indexOf(filled[0] ?? documents.at(-1));
  }
  const matching = filled.filter(document =>
    matches(document, document.contents, where),
  );
  if (matching.length !== 1) {
    throw new EditError(
      'documentNotSelected',
      matching.length === 0
        ? `No document of the file has ${formatConditions(where)}.`
        : `${matching.length} documents of the file have ${formatConditions(where)}; name more fields.`,
    );
  }
  return documents.indexOf(matching[0]);
}

/** Whether the node's fields say so; aliases are followed, for reading does no harm. */
export function matches(
  document: YamlDocument,
  node: ParsedNode | null,
  where: Condition[],
): boolean {
  return where.every(({ field, value }) => {
    let found: ParsedNode | null | undefined = node;
    for (const key of field) {
      const map = resolve(document, found);
      found = isMap(map)
        ? findPair(map as YAMLMap.Parsed, key)?.value
        : undefined;
    }
    const scalar = resolve(document, found);
    return isScalar(scalar) && sourceOf(scalar) === value;
  });
}

function resolve(
  document: YamlDocument,
  node: ParsedNode | null | undefined,
): ParsedNode | null | undefined {
  return isAlias(node)
    ? (node.resolve(document) as ParsedNode | undefined)
    : node;
}

/** The text of a scalar as written, without quotes: `1.10`, not 1.1. */
export function sourceOf(scalar: Scalar): string {
  return scalar.source ?? String(scalar.value);
}

export function findPair(map: YAMLMap.Parsed, key: string): Pair | undefined {
  return map.items.find(
    pair => isScalar(pair.key) && sourceOf(pair.key) === key,
  );
}

/** No value at all: `key:` or a document of comments. `null` and `~` are values. */
export function isEmpty(node: ParsedNode | null | undefined): boolean {
  return !node || (isScalar(node) && node.range[0] === node.range[1]);
}

/** @throws EditError when aliases unfold to too much. */
export function valueOf(document: YamlDocument, node: ParsedNode): unknown {
  try {
    return node.toJS(document);
  } catch (error) {
    throw new EditError('yamlUnreadable', (error as Error).message);
  }
}
