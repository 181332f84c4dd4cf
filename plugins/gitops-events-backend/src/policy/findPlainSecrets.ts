import { isMap, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { EditError } from '../render/editError';
import { parseYaml } from '../render/parseYaml';
import type { FoundSecret } from './findSecrets';
import { holdsDocuments } from './readDocuments';

/** Stands for a value that somebody else puts in: templates, substitution, vault plugins, SOPS. */
const placeholder = /\{\{|\$\{|\$\(|<path:|^ENC\[/;

/** Values of Kubernetes Secrets that stand in a file for everybody to read. */
export function findPlainSecrets(path: string, text: string): FoundSecret[] {
  if (!holdsDocuments(path) || !/\bSecret\b/.test(text)) return [];
  try {
    return parseYaml(text)
      .flatMap(({ contents }) => secretsIn(contents))
      .map(({ name, offset }) => {
        const line = text.slice(0, offset).split('\n').length;
        return {
          what: `the value ${name} of a Secret can be read by everybody`,
          rule: 'kubernetes-secret',
          from: line,
          to: line,
        };
      });
  } catch (error) {
    // What is no YAML is the matter of another check.
    if (error instanceof EditError) return [];
    throw error;
  }
}

interface PlainValue {
  name: string;
  offset: number;
}

/** Also inside of a `List`. */
function secretsIn(node: Node | null): PlainValue[] {
  if (!isMap(node)) return [];
  const items = node.get('items', true);
  const inside = isSeq(items)
    ? items.items.flatMap(item => secretsIn(item as Node))
    : [];
  // SOPS leaves its keys beside what it encrypted.
  if (node.get('kind') !== 'Secret' || node.has('sops')) return inside;
  return [
    ...inside,
    ...['data', 'stringData'].flatMap(key => {
      const values = node.get(key, true);
      return isMap(values) ? values.items.flatMap(plainValue) : [];
    }),
  ];
}

function plainValue(pair: unknown): PlainValue[] {
  if (!isPair(pair)) return [];
  const { key, value } = pair as Pair<Node, Node | null>;
  if (!isScalar(value) || typeof value.value !== 'string') return [];
  if (value.value === '' || placeholder.test(value.value)) return [];
  return [{ name: String(key), offset: value.range?.[0] ?? 0 }];
}
