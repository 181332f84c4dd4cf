import { parseYaml } from '../render/parseYaml';

/** Files that are longer are not read. */
export const maxDocumentCharacters = 512 * 1024;
const maxDepth = 48;

/** Whether a file of this name is YAML or JSON. */
export function holdsDocuments(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}

/** The documents of a YAML or JSON file as plain values; undefined for what is neither, broken or too large. */
export function readDocuments(
  path: string,
  text: string,
): unknown[] | undefined {
  if (!holdsDocuments(path) || text.length > maxDocumentCharacters) {
    return undefined;
  }
  try {
    const values = parseYaml(text)
      // Refuses aliases that unfold to too much.
      .map(document => document.toJS({ maxAliasCount: 100 }))
      .filter(value => value !== null);
    return values.every(value => depthOf(value) <= maxDepth)
      ? values
      : undefined;
  } catch {
    return undefined;
  }
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return (
    1 +
    Object.values(value).reduce(
      (deepest, item) => Math.max(deepest, depthOf(item)),
      0,
    )
  );
}
